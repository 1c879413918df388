import type { Vault } from '../secrets/vault.ts'

/** A key as it is kept, and as it is sent. */
export type OpenedKey = { kept: string; key: string }

/** The Devon key as it is kept, encrypted, and in memory as it is sent. */
export type KeptKey = {
  /** What is to be kept of a key. */
  seal(key: string): Promise<OpenedKey>
  /** Takes the key that is kept from now on. */
  remember(opened: OpenedKey): void
  /** Opens what is kept. @returns a sentence where it cannot be opened here */
  learn(kept: string | undefined): Promise<string | undefined>
  /** The key that is kept as this text; undefined where it could not be opened. One that an older version kept is plain. */
  plain(kept: string | undefined): string | undefined
}

const isSealed = (text: string): boolean => text.startsWith('$sealed:')

export function keptKey(vault: Vault): KeptKey {
  let last: OpenedKey | undefined
  return {
    async seal(key) {
      const sealed = await vault.seal({ key })
      return { kept: sealed.key, key }
    },
    remember(opened) {
      last = opened
    },
    async learn(kept) {
      if (kept === undefined || !isSealed(kept) || last?.kept === kept) return undefined
      try {
        const { key } = await vault.open({ key: kept })
        last = { kept, key }
        return undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
    plain(kept) {
      if (kept === undefined || !isSealed(kept)) return kept
      return last?.kept === kept ? last.key : undefined
    },
  }
}

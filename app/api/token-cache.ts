import type { Principal } from '../principal.ts'

/** The owner of a token. Times in epoch ms; null if it does not expire, or was not revoked or used. */
export type TokenOwner = {
  principal: Principal
  expires_at: number | null
  revoked_at: number | null
  last_used_at: number | null
}

/** Caches owners by the hash of their token, so that heartbeats and log lines do not query the database. */
export type TokenCache = {
  /** @param query asks the database; its answer is cached until the next `forget` */
  ownerOf(hash: string, query: () => Promise<TokenOwner | undefined>): Promise<TokenOwner | undefined>
  /** Call after every commit that changes or removes tokens. */
  forget(): void
  /** Counts the calls of `forget`. */
  readonly version: number
}

/** @param keep false if other processes change tokens too: then nothing is cached */
export function createTokenCache(keep: boolean): TokenCache {
  const owners = new Map<string, TokenOwner>()
  let version = 0
  return {
    async ownerOf(hash, query) {
      const known = owners.get(hash)
      if (known !== undefined) return known
      const asked = version
      const found = await query()
      // The answer may be outdated if tokens changed meanwhile.
      if (keep && found !== undefined && asked === version) owners.set(hash, found)
      return found
    },
    forget() {
      version++
      owners.clear()
    },
    get version() {
      return version
    },
  }
}

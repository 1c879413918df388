import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Rights } from './token-owner.ts'

/** How often the rights of open streams are checked, in milliseconds. */
const CHECK_MS = 400

/** Ends streams whose reader may no longer read. */
export type Revocation = {
  /**
   * Watches one stream, opened with the token of this digest, if any.
   * @param expires_at when the token expires, epoch ms
   * @returns a function that ends the watch
   */
  watch(hash: string | undefined, end: () => void, expires_at?: number | null): () => void
}

/** The streams of one token. */
type Readers = { ends: Set<() => void>; expires_at: number | null }

/**
 * Ends a stream within {@link CHECK_MS} after its token was deleted, revoked or replaced or has expired, or after
 * `protect_reads` was set for a stream without a token. Queries the database only after a change of tokens.
 */
export function createRevocation(deps: Deps, rights: Rights): Revocation {
  const readers = new Map<string | undefined, Readers>()
  let seen: string | undefined
  let stop: (() => void) | undefined

  const check = async () => {
    if (deps.settings.get('protect_reads')) endAll(readers.get(undefined))
    const now = deps.clock.now()
    for (const one of readers.values()) if (one.expires_at !== null && one.expires_at <= now) endAll(one)
    const version = rights.version()
    if (version === seen && !deps.db.remote) return
    const hashes = [...readers.keys()].filter((hash) => hash !== undefined)
    try {
      const known = await rights.known(hashes)
      seen = version
      for (const hash of hashes) if (!known.has(hash)) endAll(readers.get(hash))
    } catch (error) {
      deps.log.debug({ error: String(error) }, 'the rights of open streams could not be checked')
    }
  }

  return {
    watch(hash, end, expires_at = null) {
      if (deps.config.no_auth) return () => {}
      const same = readers.get(hash) ?? { ends: new Set(), expires_at }
      same.ends.add(end)
      readers.set(hash, same)
      // A token may have been removed between the check of the request and this.
      seen = undefined
      stop ??= every(deps.clock, CHECK_MS, check)
      return () => {
        same.ends.delete(end)
        if (same.ends.size === 0) readers.delete(hash)
        if (readers.size > 0) return
        stop?.()
        stop = undefined
      }
    },
  }
}

const endAll = (readers: Readers | undefined) => {
  for (const end of [...(readers?.ends ?? [])]) end()
}

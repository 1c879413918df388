import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Rights } from './token-owner.ts'

/** How often the rights of open streams are checked, in milliseconds. */
const CHECK_MS = 400

/** Ends streams whose reader may no longer read. */
export type Revocation = {
  /** Watches one stream, opened with the token of this digest, if any. @returns a function that ends the watch */
  watch(hash: string | undefined, end: () => void): () => void
}

/**
 * Ends a stream within {@link CHECK_MS} after its token was deleted or replaced, or after `protect_reads` was set
 * for a stream without a token. Queries the database only after a change of tokens.
 */
export function createRevocation(deps: Deps, rights: Rights): Revocation {
  const readers = new Map<string | undefined, Set<() => void>>()
  let seen: string | undefined
  let stop: (() => void) | undefined

  const check = async () => {
    if (deps.settings.get('protect_reads')) endAll(readers.get(undefined))
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
    watch(hash, end) {
      if (deps.config.no_auth) return () => {}
      const same = readers.get(hash) ?? new Set()
      readers.set(hash, same.add(end))
      // A token may have been removed between the check of the request and this.
      seen = undefined
      stop ??= every(deps.clock, CHECK_MS, check)
      return () => {
        same.delete(end)
        if (same.size === 0) readers.delete(hash)
        if (readers.size > 0) return
        stop?.()
        stop = undefined
      }
    },
  }
}

const endAll = (ends: Set<() => void> | undefined) => {
  for (const end of [...(ends ?? [])]) end()
}

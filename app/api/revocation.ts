import { every } from '../clock.ts'
import type { Deps } from '../deps.ts'
import type { Rights } from './rights.ts'

/** How often it is looked whether those who listen still may, in milliseconds. */
const LOOK_MS = 400

/** Ends streams whose reader may no longer read. */
export type Revocation = {
  /** Watches one stream. @param hash the digest of the token it was opened with, if any; returns what ends the watch */
  watch(hash: string | undefined, end: () => void): () => void
}

/**
 * Within {@link LOOK_MS} of it, a stream is ended when its token is deleted or changed, or when reading has come to need
 * one that was not shown. The database is asked only where something may have changed.
 */
export function createRevocation(deps: Deps, rights: Rights): Revocation {
  const readers = new Map<string | undefined, Set<() => void>>()
  let seen: string | undefined
  let stop: (() => void) | undefined

  const look = async () => {
    if (deps.settings.get('protect_reads')) endAll(readers.get(undefined))
    const version = rights.version()
    if (version === seen && !deps.db.remote) return
    const hashes = [...readers.keys()].filter((hash) => hash !== undefined)
    try {
      const known = await rights.known(hashes)
      seen = version
      for (const hash of hashes) if (!known.has(hash)) endAll(readers.get(hash))
    } catch (error) {
      deps.log.debug({ error: String(error) }, 'the rights of open streams could not be looked at')
    }
  }

  return {
    watch(hash, end) {
      if (deps.config.no_auth) return () => {}
      const same = readers.get(hash) ?? new Set()
      readers.set(hash, same.add(end))
      // A token may have been removed between the check of the request and this.
      seen = undefined
      stop ??= every(deps.clock, LOOK_MS, look)
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

/** Caches agents by the hash of their token, so that heartbeats and log lines do not query the database. */
export type TokenCache = {
  /** @param query asks the database; its answer is cached until the next `forget` */
  agentOf(hash: string, query: () => Promise<string | undefined>): Promise<string | undefined>
  /** Call after every commit that changes or removes tokens. */
  forget(): void
  /** Counts the calls of `forget`. */
  readonly version: number
}

/** @param keep false if other processes change tokens too: then nothing is cached */
export function createTokenCache(keep: boolean): TokenCache {
  const agents = new Map<string, string>()
  let version = 0
  return {
    async agentOf(hash, query) {
      const known = agents.get(hash)
      if (known !== undefined) return known
      const asked = version
      const found = await query()
      // The answer may be outdated if tokens changed meanwhile.
      if (keep && found !== undefined && asked === version) agents.set(hash, found)
      return found
    },
    forget() {
      version++
      agents.clear()
    },
    get version() {
      return version
    },
  }
}

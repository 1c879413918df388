/** Which agent a token belongs to, by its hash, kept so that not every beat and log line asks the database. */
export type TokenCache = {
  /** @param look asks the database; what it finds is kept until the next `forget` */
  agentOf(hash: string, look: () => Promise<string | undefined>): Promise<string | undefined>
  /** To be called after every commit that changes or removes tokens. */
  forget(): void
  /** How often that was. */
  readonly version: number
}

/** @param keep false where other processes change tokens, too: then the database is asked each time */
export function createTokenCache(keep: boolean): TokenCache {
  const agents = new Map<string, string>()
  let version = 0
  return {
    async agentOf(hash, look) {
      const known = agents.get(hash)
      if (known !== undefined) return known
      const asked = version
      const found = await look()
      // What was found before a change may be wrong after it.
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

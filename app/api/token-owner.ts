import { eq, inArray } from 'drizzle-orm'
import { type Given, statement } from '../../db/prepared.ts'
import { tokens } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import type { Principal } from '../principal.ts'

/** Principals by the digest of their token. */
export type Rights = {
  /** Undefined for an unknown token. */
  principalOf(hash: string): Promise<Principal | undefined>
  /** Those of the digests that still belong to a token. */
  known(hashes: string[]): Promise<Set<string>>
  /** Differs after every change of tokens in this process. */
  version(): string
}

const ADMIN: Principal = { kind: 'admin' }
const AT_ONCE = 500

export function createRights(deps: Deps): Rights {
  const { db, tokenCache } = deps
  const adminHash = cachedAdminHash(deps)
  const query = statement((given: Given<{ hash: string }>) =>
    db.read
      .select({ agent_id: tokens.agent_id })
      .from(tokens)
      .where(eq(tokens.hash, given('hash'))),
  )
  return {
    // Comparing digests leaks nothing of the token by its timing.
    async principalOf(hash) {
      if (hash === adminHash()) return ADMIN
      const look = async () => (await query.execute({ hash }))[0]?.agent_id
      let agent_id = await tokenCache.agentOf(hash, look)
      if (agent_id === undefined && db.replica) {
        // Another server may just have made it.
        db.replica.behind()
        agent_id = await tokenCache.agentOf(hash, look)
      }
      return agent_id === undefined ? undefined : { kind: 'agent', agent_id }
    },
    async known(hashes) {
      const found = new Set<string>()
      for (let i = 0; i < hashes.length; i += AT_ONCE) {
        const some = hashes.slice(i, i + AT_ONCE)
        const rows = await db.read
          .select({ hash: tokens.hash })
          .from(tokens)
          .where(inArray(tokens.hash, some))
        for (const row of rows) found.add(row.hash)
      }
      const admin = adminHash()
      if (admin !== undefined) found.add(admin)
      return found
    },
    version: () => `${tokenCache.version} ${adminHash()}`,
  }
}

/** The hash of the current admin token, computed when that changes. */
function cachedAdminHash({ adminToken, sha256 }: Deps): () => string | undefined {
  let last: { token: string | undefined; hash: string | undefined } = { token: undefined, hash: undefined }
  return () => {
    const token = adminToken()
    if (token !== last.token) last = { token, hash: token ? sha256(token) : undefined }
    return last.hash
  }
}

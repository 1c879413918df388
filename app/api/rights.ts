import { eq, inArray } from 'drizzle-orm'
import { type Given, statement } from '../../db/prepared.ts'
import { tokens } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import type { Principal } from '../principal.ts'

/** Whose a token is, by its digest, and which of many are still good. */
export type Rights = {
  /** Undefined where the token is not known. */
  whose(hash: string): Promise<Principal | undefined>
  /** The digests that still belong to a token, found with one query. */
  known(hashes: string[]): Promise<Set<string>>
  /** Changes with every change of tokens in this process. */
  version(): string
}

const ADMIN: Principal = { kind: 'admin' }
const AT_ONCE = 500

export function createRights(deps: Deps): Rights {
  const { db, tokenCache } = deps
  const adminHash = lastHash(deps)
  // Built once: every request asks it.
  const query = statement((given: Given<{ hash: string }>) =>
    db.read
      .select({ agent_id: tokens.agent_id })
      .from(tokens)
      .where(eq(tokens.hash, given('hash'))),
  )
  return {
    // Digests are compared, all of one length: how long that takes tells nothing about the token.
    async whose(hash) {
      if (hash === adminHash()) return ADMIN
      const look = async () => (await query.execute({ hash }))[0]?.agent_id
      const agent_id = await tokenCache.agentOf(hash, look)
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

/** The hash of the admin token in force, made anew only when that changes. */
function lastHash({ adminToken, sha256 }: Deps): () => string | undefined {
  let last: { token: string | undefined; hash: string | undefined } = { token: undefined, hash: undefined }
  return () => {
    const token = adminToken()
    if (token !== last.token) last = { token, hash: token ? sha256(token) : undefined }
    return last.hash
  }
}

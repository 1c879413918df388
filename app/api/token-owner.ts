import { and, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import { type Given, reading } from '../../db/read.ts'
import { apiTokens, tokens } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import type { Principal } from '../principal.ts'
import { createLastUse } from '../tokens/last-use.ts'
import type { TokenOwner } from './token-cache.ts'

/** A token that was valid once. */
export type EndedToken = { kind: 'ended'; name: string; why: 'expired' | 'revoked' }

/** Principals by the digest of their token. */
export type Rights = {
  /** Undefined for an unknown token. */
  principalOf(hash: string): Promise<Principal | EndedToken | undefined>
  /** Those of the digests that still belong to a valid token. */
  known(hashes: string[]): Promise<Set<string>>
  /** Differs after every change of tokens in this process. */
  version(): string
}

const ADMIN: Principal = { kind: 'admin' }
const AT_ONCE = 500

export function createRights(deps: Deps): Rights {
  const { clock, db, tokenCache } = deps
  const adminHash = cachedAdminHash(deps)
  const noteUse = createLastUse(deps)
  const ended = ({ expires_at, revoked_at }: TokenOwner): EndedToken['why'] | undefined => {
    if (revoked_at !== null) return 'revoked'
    return expires_at !== null && clock.now() >= expires_at ? 'expired' : undefined
  }
  return {
    // Comparing digests leaks nothing of the token by its timing.
    async principalOf(hash) {
      if (hash === adminHash()) return ADMIN
      const look = () => findOwner(deps, hash)
      let owner = await tokenCache.ownerOf(hash, look)
      if (owner === undefined && db.replica) {
        // Another server may just have made it.
        db.replica.behind()
        owner = await tokenCache.ownerOf(hash, look)
      }
      if (owner === undefined || owner.principal.kind === 'agent') return owner?.principal
      const { principal } = owner
      const token = 'token' in principal ? principal.token : undefined
      if (!token) return principal
      const why = ended(owner)
      if (why) return { kind: 'ended', name: token.name, why }
      noteUse(token.id, owner.last_used_at)
      return principal
    },
    async known(hashes) {
      const found = new Set<string>()
      for (let i = 0; i < hashes.length; i += AT_ONCE) {
        const some = hashes.slice(i, i + AT_ONCE)
        for (const { hash } of await validAmong(deps, some)) found.add(hash)
      }
      const admin = adminHash()
      if (admin !== undefined) found.add(admin)
      return found
    },
    version: () => `${tokenCache.version} ${adminHash()}`,
  }
}

async function findOwner({ db }: Deps, hash: string): Promise<TokenOwner | undefined> {
  const { agents, api } = await ownersOf(db.read, { hash })
  const [agent] = agents
  if (agent)
    return {
      principal: { kind: 'agent', agent_id: agent.agent_id },
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
    }
  const [row] = api
  if (!row) return undefined
  const { id, name, scope, ...times } = row
  const token = { id, name, expires_at: times.expires_at }
  return {
    principal: scope === 'admin' ? { kind: 'admin', token } : { kind: 'token', scope, token },
    ...times,
  }
}

const ownersOf = reading((orm, given: Given<{ hash: string }>) => ({
  agents: orm
    .select({ agent_id: tokens.agent_id })
    .from(tokens)
    .where(eq(tokens.hash, given('hash'))),
  api: orm
    .select({
      id: apiTokens.id,
      name: apiTokens.name,
      scope: apiTokens.scope,
      expires_at: apiTokens.expires_at,
      revoked_at: apiTokens.revoked_at,
      last_used_at: apiTokens.last_used_at,
    })
    .from(apiTokens)
    .where(eq(apiTokens.hash, given('hash'))),
}))

async function validAmong({ clock, db }: Deps, hashes: string[]): Promise<{ hash: string }[]> {
  const ofAgents = db.read.select({ hash: tokens.hash }).from(tokens).where(inArray(tokens.hash, hashes))
  const unexpired = or(isNull(apiTokens.expires_at), gt(apiTokens.expires_at, clock.now()))
  const others = db.read
    .select({ hash: apiTokens.hash })
    .from(apiTokens)
    .where(and(inArray(apiTokens.hash, hashes), isNull(apiTokens.revoked_at), unexpired))
  return ofAgents.unionAll(others)
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

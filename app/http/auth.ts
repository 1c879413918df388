import { eq, sql } from 'drizzle-orm'
import type { Context } from 'hono'
import { tokens } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'
import { Forbidden, Unauthenticated } from '../errors.ts'
import type { Principal } from '../principal.ts'
import { type Access, routes } from '../routes.ts'
import type { Env } from './env.ts'
import { refuseForeignPage } from './foreign-page.ts'
import type { Guesses } from './guesses.ts'
import type { Step } from './steps.ts'

const NOBODY: Principal = { kind: 'nobody' }
const ADMIN: Principal = { kind: 'admin' }

/** Lets a request through when its route's rule does; afterwards `principal` says who calls. */
export function authorize(deps: Deps, guesses: Guesses): Step {
  const { config } = deps
  const admit = admission(deps, guesses)
  return (c) => {
    const route = c.get('route')
    const access = route ? routes[route]?.access : 'open'
    c.set('principal', config.no_auth ? ADMIN : NOBODY)
    if (config.no_auth) refuseForeignPage(c)
    if (config.no_auth || !access || access === 'open') return
    // A proxy may have credentials of its own kind in this header: only a token is taken for one.
    if (!needsToken(access, deps.settings.get('protect_reads')) && !showsToken(c)) return
    return admit(c, access)
  }
}

/** Looks who calls. @throws Unauthenticated, Forbidden, TooManyRequests */
function admission(deps: Deps, guesses: Guesses) {
  const adminHash = lastHash(deps)
  const agentOf = agentLookup(deps)
  return async (c: Context<Env>, access: Access): Promise<void> => {
    const hash = deps.sha256(bearer(c.req.header('authorization')))
    const principal = await identify(agentOf, adminHash(), hash)
    if (!principal) {
      // Only unknown tokens are slowed: nobody behind the same address is locked out with them.
      guesses.check(c.get('address'))
      guesses.wrong(c.get('address'))
      throw new Forbidden('This token is not known here. Check it, or have an administrator make a new one.')
    }
    if (access === 'admin' && principal.kind !== 'admin') throw new Forbidden('This needs the admin token.')
    c.set('principal', principal)
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

const needsToken = (access: Access, protectReads: boolean) => access !== 'read' || protectReads

const showsToken = (c: Context<Env>): boolean => /^bearer\b/i.test(c.req.header('authorization') ?? '')

/** The token of an Authorization header. @throws Unauthenticated where there is none that can be read */
function bearer(header: string | undefined): string {
  const token = header?.match(/^Bearer +(\S+)$/i)?.[1]
  if (!token) throw new Unauthenticated()
  return token
}

/** The agent of a token, by its hash; the query is built once. */
function agentLookup({ db, knownTokens }: Deps) {
  const query = db.read
    .select({ agent_id: tokens.agent_id })
    .from(tokens)
    .where(eq(tokens.hash, sql.placeholder('hash')))
    .prepare()
  return (hash: string) => knownTokens.agentOf(hash, async () => (await query.execute({ hash }))[0]?.agent_id)
}

/** Digests are compared, all of one length: how long that takes tells nothing about the token. */
async function identify(
  agentOf: (hash: string) => Promise<string | undefined>,
  adminHash: string | undefined,
  hash: string,
): Promise<Principal | undefined> {
  if (hash === adminHash) return ADMIN
  const agent_id = await agentOf(hash)
  return agent_id === undefined ? undefined : { kind: 'agent', agent_id }
}

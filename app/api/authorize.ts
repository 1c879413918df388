import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import { Forbidden, Unauthenticated } from '../errors.ts'
import { refuseCrossSite } from '../http/csrf.ts'
import { type Env, headerOf } from '../http/env.ts'
import type { Step } from '../http/steps.ts'
import type { Principal } from '../principal.ts'
import type { AuthThrottle } from './auth-throttle.ts'
import { type Access, routes } from './routes.ts'
import type { Rights } from './token-owner.ts'

const ANONYMOUS: Principal = { kind: 'anonymous' }
const ADMIN: Principal = { kind: 'admin' }

/** Checks a request against the access rule of its route; sets `principal` and `token_hash`. */
export function authorize(deps: Deps, throttle: AuthThrottle, rights: Rights): Step {
  const { config } = deps
  const authenticate = authentication(deps, throttle, rights)
  return (c) => {
    const route = c.get('route')
    c.set('principal', config.no_auth ? ADMIN : ANONYMOUS)
    const access = route === undefined ? 'open' : routes[route]?.access
    if (!access) throw new Forbidden(`The route ${route} has no access rule.`)
    if (config.no_auth) refuseCrossSite(c)
    if (config.no_auth || access === 'open') return
    // The header may hold credentials for a proxy: only a bearer token is checked.
    if (!needsToken(access, deps.settings.get('protect_reads')) && !hasBearer(c)) return
    return authenticate(c, access)
  }
}

/** Authenticates the caller. @throws Unauthenticated, Forbidden, TooManyRequests */
function authentication(deps: Deps, throttle: AuthThrottle, rights: Rights) {
  return async (c: Context<Env>, access: Access): Promise<void> => {
    const hash = deps.sha256(bearer(headerOf(c, 'authorization')))
    const principal = await rights.principalOf(hash)
    if (!principal) {
      // Only unknown tokens are throttled: callers with a valid one behind the same address are not locked out.
      throttle.check(c.get('address'))
      throttle.wrong(c.get('address'))
      throw new Forbidden(
        'This token is unknown to this server. Check it, or ask an administrator for a new one.',
      )
    }
    if (access === 'admin' && principal.kind !== 'admin') throw new Forbidden('This needs the admin token.')
    c.set('principal', principal)
    c.set('token_hash', hash)
  }
}

const needsToken = (access: Access, protectReads: boolean) => access !== 'read' || protectReads

const hasBearer = (c: Context<Env>): boolean => /^bearer\b/i.test(headerOf(c, 'authorization') ?? '')

/** The token of an Authorization header. @throws Unauthenticated without a valid one */
function bearer(header: string | undefined): string {
  const token = header?.match(/^Bearer +(\S+)$/i)?.[1]
  if (!token) throw new Unauthenticated()
  return token
}

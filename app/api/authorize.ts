import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import { Forbidden, Unauthenticated } from '../errors.ts'
import { refuseCrossSite } from '../http/csrf.ts'
import type { Env } from '../http/env.ts'
import type { Step } from '../http/steps.ts'
import type { Principal } from '../principal.ts'
import type { AuthThrottle } from './auth-throttle.ts'
import type { Rights } from './rights.ts'
import { type Access, routes } from './routes.ts'

const NOBODY: Principal = { kind: 'nobody' }
const ADMIN: Principal = { kind: 'admin' }

/** Lets a request through when its route's rule does; afterwards `principal` says who calls, `token_hash` by what. */
export function authorize(deps: Deps, throttle: AuthThrottle, rights: Rights): Step {
  const { config } = deps
  const admit = admission(deps, throttle, rights)
  return (c) => {
    const route = c.get('route')
    c.set('principal', config.no_auth ? ADMIN : NOBODY)
    const access = route === undefined ? 'open' : routes[route]?.access
    if (!access) throw new Forbidden(`No rule says who may call ${route}.`)
    if (config.no_auth) refuseCrossSite(c)
    if (config.no_auth || access === 'open') return
    // A proxy may have credentials of its own kind in this header: only a token is taken for one.
    if (!needsToken(access, deps.settings.get('protect_reads')) && !showsToken(c)) return
    return admit(c, access)
  }
}

/** Looks who calls. @throws Unauthenticated, Forbidden, TooManyRequests */
function admission(deps: Deps, throttle: AuthThrottle, rights: Rights) {
  return async (c: Context<Env>, access: Access): Promise<void> => {
    const hash = deps.sha256(bearer(c.req.header('authorization')))
    const principal = await rights.whose(hash)
    if (!principal) {
      // Only unknown tokens are slowed: nobody behind the same address is locked out with them.
      throttle.check(c.get('address'))
      throttle.wrong(c.get('address'))
      throw new Forbidden('This token is not known here. Check it, or have an administrator make a new one.')
    }
    if (access === 'admin' && principal.kind !== 'admin') throw new Forbidden('This needs the admin token.')
    c.set('principal', principal)
    c.set('token_hash', hash)
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

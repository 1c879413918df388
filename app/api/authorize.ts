import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import { Forbidden, Unauthenticated } from '../errors.ts'
import { refuseCrossSite } from '../http/csrf.ts'
import { type Env, headerOf } from '../http/env.ts'
import type { Step } from '../http/steps.ts'
import { actorOf, type Principal } from '../principal.ts'
import type { AuthThrottle } from './auth-throttle.ts'
import { type Access, routes } from './routes.ts'
import type { EndedToken, Rights } from './token-owner.ts'

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
    if (config.no_auth || access === 'open' || access === 'share') return
    // The header may hold credentials for a proxy: those are not checked.
    if (!needsToken(access, deps.settings.get('protect_reads')) && !showsToken(c)) return
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
    if (principal.kind === 'ended') {
      c.set('refused_actor', principal.name)
      throw new Forbidden(endOf(principal))
    }
    if (!MAY[access](principal)) {
      c.set('refused_actor', actorOf(principal))
      throw new Forbidden(tooLittle(access, principal))
    }
    c.set('principal', principal)
    c.set('token_hash', hash)
  }
}

/** Who may call a route, of those with a valid token. That an agent acts for itself is checked by the services. */
const MAY: Record<Access, (principal: Principal) => boolean> = {
  open: () => true,
  share: () => true,
  read: () => true,
  token: () => true,
  run: (principal) => principal.kind === 'admin' || (principal.kind === 'token' && principal.scope === 'run'),
  agent: ({ kind }) => kind === 'admin' || kind === 'agent',
  admin: ({ kind }) => kind === 'admin',
}

function tooLittle(access: Access, principal: Principal): string {
  if (principal.kind === 'token') {
    const needs =
      access === 'agent' ? 'This is for agents and administrators' : `This needs the scope ${access}`
    return `${needs}: the token "${principal.token.name}" has the scope ${principal.scope}.`
  }
  return access === 'run' ? 'This needs a token with the scope run or admin.' : 'This needs the admin token.'
}

const endOf = ({ name, why }: EndedToken): string =>
  why === 'expired'
    ? `The token "${name}" has expired. Ask an administrator for a new one.`
    : `The token "${name}" was revoked. Ask an administrator for a new one.`

const needsToken = (access: Access, protectReads: boolean) => access !== 'read' || protectReads

/** Whether the header holds a token, or one without its scheme; another scheme is for a proxy. */
const showsToken = (c: Context<Env>): boolean =>
  /^(bearer\b|\S+$)/i.test(headerOf(c, 'authorization')?.trim() ?? '')

/** The token of an Authorization header. @throws Unauthenticated without a valid one */
function bearer(header: string | undefined): string {
  const token = header?.match(/^Bearer +(\S+)$/i)?.[1]
  if (!token) throw new Unauthenticated()
  return token
}

import type { Context } from 'hono'
import type { Deps } from '../deps.ts'
import { Misdirected } from '../errors.ts'
import type { Step } from './steps.ts'

/** Sets the caller's address and origin, and refuses requests for another host. @throws Misdirected */
export const checkHost = ({ isOwnHost, isTrustedProxy }: Deps): Step => {
  const reachedBy = lastReached(isOwnHost)
  return (c) => {
    const peer = c.env?.remoteAddress ?? ''
    const direct = reachedBy(c.req.url)
    const proxied = peer !== '' && isTrustedProxy(peer)
    const { host, own, origin } = proxied ? asForwarded(c, direct, isOwnHost) : direct
    if (!own) {
      throw new Misdirected(
        `This server does not answer to "${host.slice(0, 100)}". Allow the name with KITT_ALLOWED_HOSTS.`,
      )
    }
    c.set('address', proxied ? (callers(c).findLast((one) => !isTrustedProxy(one)) ?? peer) : peer)
    c.set('origin', origin)
  }
}

/** The host a request was sent to, and whether it is one of this server's. */
type Reached = { host: string; own: boolean; origin: string }

/** Caches the origin of the last URL: parsing it took a fifth of the time of a small answer. */
function lastReached(isOwnHost: Deps['isOwnHost']): (url: string) => Reached {
  let last: (Reached & { text: string }) | undefined
  return (url) => {
    const path = url.indexOf('/', url.indexOf('://') + 3)
    const text = path === -1 ? url : url.slice(0, path)
    if (text !== last?.text) {
      const { host, protocol } = new URL(text)
      last = { text, host, own: isOwnHost(host), origin: `${protocol}//${host}` }
    }
    return last
  }
}

/** The host that a trusted proxy forwarded. */
function asForwarded(c: Context, direct: Reached, isOwnHost: Deps['isOwnHost']): Reached {
  const host = c.req.header('x-forwarded-host') ?? direct.host
  const secure = c.req.header('x-forwarded-proto') === 'https' || direct.origin.startsWith('https:')
  return { host, own: isOwnHost(host), origin: `${secure ? 'https' : 'http'}://${host}` }
}

/** The addresses that a trusted proxy forwarded, the caller's first. */
const callers = (c: Context): string[] =>
  (c.req.header('x-forwarded-for') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)

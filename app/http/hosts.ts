import { createMiddleware } from 'hono/factory'
import type { Deps } from '../deps.ts'
import { Misdirected } from '../errors.ts'
import type { Env } from './env.ts'

/** Learns who really calls, and refuses requests meant for a server of another name. */
export const checkHost = ({ isOwnHost, isTrustedProxy }: Deps) =>
  createMiddleware<Env>(async (c, next) => {
    const peer = c.env?.remoteAddress ?? ''
    const proxied = peer !== '' && isTrustedProxy(peer)
    const forwarded = (name: string) => (proxied ? c.req.header(`x-forwarded-${name}`) : undefined)
    const url = new URL(c.req.url)
    const host = forwarded('host') ?? url.host
    if (!isOwnHost(host)) {
      throw new Misdirected(
        `This server does not answer to "${host.slice(0, 100)}". Allow the name with KITT_ALLOWED_HOSTS.`,
      )
    }
    const chain = (forwarded('for') ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
    c.set('address', chain.findLast((address) => !isTrustedProxy(address)) ?? peer)
    c.set(
      'origin',
      `${forwarded('proto') === 'https' || url.protocol === 'https:' ? 'https' : 'http'}://${host}`,
    )
    await next()
  })

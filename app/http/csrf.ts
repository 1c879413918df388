import type { Context } from 'hono'
import { Forbidden } from '../errors.ts'
import type { Env } from './env.ts'

const READING = ['GET', 'HEAD', 'OPTIONS']

/**
 * Without tokens, a page of another site could make changes through a visitor's browser, which sends its
 * forms and simple requests without asking.
 * @throws Forbidden for a change requested by such a page
 */
export function refuseCrossSite(c: Context<Env>): void {
  if (READING.includes(c.req.method)) return
  const site = c.req.header('sec-fetch-site')
  const own = site
    ? site === 'same-origin' || site === 'none'
    : isOwn(c.req.header('origin'), c.get('origin'))
  if (!own) throw new Forbidden('A page of another site may not change anything here.')
}

/** Programs send no origin; the scheme may differ behind a proxy. */
const isOwn = (origin: string | undefined, own: string) =>
  origin === undefined || (URL.canParse(origin) && new URL(origin).host === new URL(own).host)

import { type Answer, readAnswer, TooLarge } from './devon-answer.ts'
import { DevonError } from './devon-error.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type DevonHttpOptions = {
  /** For example `http://devon.lan:8000`; a path in it is a prefix. */
  baseUrl: string
  apiKey?: string | null
  /** The origin that the key was saved for; it is sent to no other. */
  apiKeyOrigin?: string | null
  fetch: Fetch
  /** Milliseconds for one call, including redirects and body. */
  timeoutMs: number
  /** The largest body, in bytes. */
  maxBytes: number
}

export type DevonCall = {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  query?: Record<string, string>
  body?: unknown
  /** Sends no key. */
  open?: boolean
  timeoutMs?: number
}

const MAX_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])

function parseBase({ baseUrl, apiKey }: DevonHttpOptions): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new DevonError(
      'misconfigured',
      'The Devon URL must be an http or https URL without a user name in it.',
    )
  }
  if (apiKey && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new DevonError('misconfigured', 'The Devon API key must be printable ASCII without spaces.')
  }
  return url
}

/** Set part by part: resolved, a prefix such as `//other` would become a host. */
function target(base: URL, call: DevonCall): URL {
  const url = new URL(base)
  url.pathname = base.pathname.replace(/\/+$/, '') + call.path
  url.search = new URLSearchParams(call.query ?? {}).toString()
  url.hash = ''
  return url
}

function nextHop(from: URL, response: Response, method: string): URL {
  const location = response.headers.get('location') ?? ''
  const to = URL.canParse(location, from.href) ? new URL(location, from.href) : null
  if (to?.origin !== from.origin) {
    throw new DevonError(
      'bad_answer',
      'Devon redirects to another host, which is not followed; set the Devon URL to its real address.',
    )
  }
  // Other redirects change the method to GET.
  if (method !== 'GET' && response.status !== 307 && response.status !== 308) {
    throw new DevonError(
      'bad_answer',
      'Devon answered with a redirect that cannot be followed; set the Devon URL to its real address.',
    )
  }
  return to
}

function headersFor(url: URL, call: DevonCall, options: DevonHttpOptions): Record<string, string> {
  const keyed = options.apiKey && !call.open && url.origin === options.apiKeyOrigin
  return {
    accept: 'application/json',
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(keyed ? { authorization: `Bearer ${options.apiKey}` } : {}),
  }
}

async function send(first: URL, call: DevonCall, options: DevonHttpOptions, signal: AbortSignal) {
  let url = first
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await options.fetch(url.href, {
      method: call.method,
      headers: headersFor(url, call, options),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      redirect: 'manual',
      signal,
    })
    if (!REDIRECTS.has(response.status)) return response
    await response.body?.cancel()
    url = nextHop(url, response, call.method)
  }
  throw new DevonError('bad_answer', 'Devon redirects in a circle.')
}

/** The code of an error; its text may quote a header. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const inner = error.cause instanceof Error ? error.cause : error
  return 'code' in inner && typeof inner.code === 'string' ? inner.code : error.name
}

/** @throws DevonError at once for an invalid URL or key, and in calls for every answer other than a 2xx or 404 */
export function createDevonHttp(options: DevonHttpOptions): (call: DevonCall) => Promise<Answer> {
  const base = parseBase(options)
  return async (call) => {
    const ms = call.timeoutMs ?? options.timeoutMs
    const signal = AbortSignal.timeout(ms)
    try {
      const response = await send(target(base, call), call, options, signal)
      return await readAnswer(response, options.maxBytes, options.apiKey || null)
    } catch (error) {
      if (error instanceof DevonError) throw error
      const where = `${call.method} ${call.path}: ${codeOf(error)}`
      if (error instanceof TooLarge)
        throw new DevonError('bad_answer', 'Devon answered with too much data.', where)
      if (signal.aborted)
        throw new DevonError('timeout', `Devon did not answer within ${ms / 1000} s.`, where)
      throw new DevonError('unreachable', 'Devon cannot be reached, or the connection broke off.', where)
    }
  }
}

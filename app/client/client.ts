import { hc } from 'hono/client'
import type { StreamEvent } from '../api/stream-event.ts'
import type { AppType } from '../app.ts'
import type { ErrorBody } from '../http/fields.ts'
import { bounded } from './bounded-answer.ts'
import { type SubscribeOptions, subscribe } from './subscribe.ts'

export type { StreamEvent } from '../api/stream-event.ts'
export type { ErrorBody } from '../http/fields.ts'
export { bounded } from './bounded-answer.ts'

/** How to reach a server. */
export type ClientOptions = {
  /** For example `https://gpu-lab:8080`. */
  baseUrl: string
  token?: string | undefined
  /** In place of the global one: in process, with a pinned CA, or in a test. */
  fetch?: typeof fetch
  /** What is longer is an error and not received; 64 MiB if not given. */
  maxAnswerBytes?: number
}

const ANSWER_MAX = 64 * 1024 * 1024

/** A server's answer other than 2xx. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly details: ErrorBody['details']
  /** Seconds to wait before another try, where the server says so. */
  readonly retryAfterS: number | undefined

  constructor(status: number, body: Partial<ErrorBody>, retryAfter: string | null) {
    super(body.error ?? `The server answered ${status}.`)
    this.status = status
    this.details = body.details
    this.retryAfterS = retryAfter ? Number(retryAfter) : undefined
  }
}

/**
 * The typed client: every route, and the event streams.
 * Calls throw ApiError on every answer but 2xx, and what `fetch` throws when there is none.
 * @example
 * const kitt = createClient({ baseUrl: 'https://gpu-lab:8080', token })
 * const { items } = await (await kitt.api.v1.agents.$get({ query: {} })).json()
 * for await (const event of kitt.subscribe({ source: testId })) console.log(event.type, event.data)
 */
export function createClient(options: ClientOptions) {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  const send = options.fetch ?? fetch
  const { maxAnswerBytes = ANSWER_MAX } = options
  const headers: Record<string, string> = options.token ? { Authorization: `Bearer ${options.token}` } : {}
  const checked = async (input: RequestInfo | URL, init?: RequestInit) => {
    const response = bounded(await send(input, init), maxAnswerBytes)
    if (response.ok) return response
    const body = (await response.json().catch(() => ({}))) as Partial<ErrorBody>
    throw new ApiError(response.status, body, response.headers.get('retry-after'))
  }
  const { api } = encodingParams(hc<AppType>(baseUrl, { headers, fetch: checked as typeof fetch }))
  return {
    api,
    /** Events from now on, or after `lastEventId`; resumes by itself until `signal` aborts. */
    subscribe: (choice: SubscribeOptions = {}): AsyncIterable<StreamEvent> =>
      subscribe({ baseUrl, headers, fetch: send }, choice),
  }
}

export type Client = ReturnType<typeof createClient>

/** `hc` puts path parameters into the URL as they are; a slash or a question mark in one must not end it. */
function encodingParams<T extends object>(node: T): T {
  return new Proxy(node, {
    get: (target, key) => {
      const value = Reflect.get(target, key) as unknown
      return typeof value === 'function' || (typeof value === 'object' && value !== null)
        ? encodingParams(value)
        : value
    },
    apply: (
      target,
      self,
      [input, ...rest]: [{ param?: Record<string, string> } | undefined, ...unknown[]],
    ) => {
      const param =
        input?.param &&
        Object.fromEntries(Object.entries(input.param).map(([k, v]) => [k, encodeURIComponent(v)]))
      return Reflect.apply(target as unknown as (...args: unknown[]) => unknown, self, [
        param ? { ...input, param } : input,
        ...rest,
      ])
    },
  })
}

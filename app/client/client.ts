import { hc } from 'hono/client'
import { retryAfter } from '../../lib/retry-after.ts'
import type { StreamEvent } from '../api/all-events.ts'
import type { AppType } from '../app.ts'
import type { ErrorBody } from '../http/fields.ts'
import { type SubscribeOptions, subscribe } from './subscribe.ts'

export type { StreamEvent } from '../api/all-events.ts'
export type { ErrorBody } from '../http/fields.ts'

export type ClientOptions = {
  /** For example `https://gpu-lab:8080`. */
  baseUrl: string
  token?: string | undefined
  /** Replaces the global `fetch`: in process, with a pinned CA, or in a test. */
  fetch?: typeof fetch
  /** The largest response body, in bytes; 64 MiB by default. Reading more throws. */
  maxAnswerBytes?: number
}

const ANSWER_MAX = 64 * 1024 * 1024

/** A response other than 2xx. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly details: ErrorBody['details']
  /** Seconds to wait before a retry, from Retry-After, also if that is a date; at most a day. */
  readonly retryAfterS: number | undefined

  constructor(status: number, body: Partial<ErrorBody>, waitHeader: string | null) {
    super(body.error ?? `The server answered ${status}.`)
    this.status = status
    this.details = body.details
    this.retryAfterS = retryAfter(waitHeader, Date.now())
  }
}

/**
 * The typed client: every route, and the event streams.
 * @throws ApiError, by calls, on every response other than 2xx; errors of `fetch` pass through
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
    /** Events from now on, or after `lastEventId`; reconnects until `signal` aborts. @throws StreamRefused */
    subscribe: (choice: SubscribeOptions = {}): AsyncIterable<StreamEvent> =>
      subscribe({ baseUrl, headers, fetch: send }, choice),
  }
}

export type Client = ReturnType<typeof createClient>

/** Encodes path parameters, which `hc` does not. */
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

/** Limits the body of a response: reading more than `max` bytes throws. */
export function bounded(response: Response, max: number): Response {
  const { body, headers } = response
  const length = headers.get('content-length')
  if (!body || (length !== null && Number(length) <= max && !headers.has('content-encoding'))) return response
  let received = 0
  const counted = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        received += chunk.byteLength
        if (received > max) throw new Error(`The answer is larger than ${Math.round(max / 1024)} KiB.`)
        controller.enqueue(chunk)
      },
    }),
  )
  const { status, statusText } = response
  return new Response(counted, { status, statusText, headers })
}

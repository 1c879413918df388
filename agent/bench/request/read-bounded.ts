import type { Fetch } from './transport-fetch.ts'

export interface BoundedRead {
  /** Default: the built-in `fetch`, whose connections are not the measurement's. */
  fetch?: Fetch | undefined
  apiKey?: string | undefined
  /** Additional headers. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON with POST when given. */
  body?: unknown
  /** Limit for the complete answer, ms. */
  timeoutMs: number
  maxBytes: number
  signal?: AbortSignal | undefined
}

/** `text` is null when the body exceeds the limit. */
export interface BoundedAnswer {
  status: number
  text: string | null
}

/**
 * Reads a small answer in bounded time and size, over a connection of its own. Redirects are not followed, so that the
 * key goes to the engine only. Null when there is no answer; never rejects.
 */
export async function readBounded(url: string, options: BoundedRead): Promise<BoundedAnswer | null> {
  const over = new AbortController()
  const end = () => over.abort()
  const timer = setTimeout(end, options.timeoutMs)
  options.signal?.addEventListener('abort', end)
  if (options.signal?.aborted) end()
  const ended = new Promise<null>((resolve) => {
    if (over.signal.aborted) resolve(null)
    over.signal.addEventListener('abort', () => resolve(null))
  })
  try {
    return await Promise.race([ended, read(url, options, over.signal).catch(() => null)])
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', end)
    end()
  }
}

async function read(url: string, options: BoundedRead, signal: AbortSignal): Promise<BoundedAnswer> {
  const { apiKey, body, maxBytes } = options
  const send: Fetch = options.fetch ?? fetch
  const headers = new Headers({ connection: 'close' })
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
  if (apiKey) headers.set('authorization', `Bearer ${apiKey}`)
  if (body !== undefined) headers.set('content-type', 'application/json')
  const asked = body === undefined ? { method: 'GET' } : { method: 'POST', body: JSON.stringify(body) }
  const response = await send(url, { ...asked, headers, redirect: 'manual', signal })
  const reader = response.body?.getReader()
  if (!reader) return { status: response.status, text: '' }
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read()
    if (done) return { status: response.status, text: text + decoder.decode() }
    bytes += value.byteLength
    if (bytes > maxBytes) {
      reader.cancel().catch(() => {})
      return { status: response.status, text: null }
    }
    text += decoder.decode(value, { stream: true })
  }
}

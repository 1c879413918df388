import { type AnswerReader, readStream, readWhole } from './answer.ts'
import { arrivalOf } from './chunk-stamp.ts'
import { failure, type RequestFailure, toRequestError } from './failure.ts'
import { emptyRecord, type RequestRecord } from './record.ts'

/** The part of `fetch` the measurement needs; `app.request` of a Hono app is one too. */
export type Fetch = (url: string, init: FetchInit) => Response | Promise<Response>

export interface FetchInit extends RequestInit {
  /** Told when the request is about to leave, by what can tell: what the client did before is not the engine's time. */
  onSend?: () => void
}

/** An OpenAI-compatible engine. `baseUrl` is taken with or without `/v1`. */
export interface Engine {
  fetch?: Fetch
  baseUrl: string
  apiKey?: string | undefined
  model: string
}

export interface MeasureOptions extends Engine {
  prompt: string
  maxTokens: number
  endpoint?: 'chat' | 'completions'
  timeoutMs?: number
  signal?: AbortSignal | undefined
  /** More fields of the body, such as `temperature` or vLLM's `ignore_eos`. */
  extraBody?: Record<string, unknown> | undefined
}

/**
 * Sends one streamed request and times its tokens from the bytes as they arrive. Never rejects: what went
 * wrong is in the record's `error`.
 * @example const r = await measureRequest({ baseUrl: 'http://localhost:8000', model: 'm', prompt: 'Hi', maxTokens: 64 })
 */
export async function measureRequest(options: MeasureOptions): Promise<RequestRecord> {
  const { url, init } = buildRequest(options)
  const send: Fetch = options.fetch ?? fetch
  const stop = createStop(options)
  const record = emptyRecord(performance.now(), options.maxTokens)
  try {
    const onSend = () => {
      record.t0 = performance.now()
    }
    const sent = Promise.resolve(send(url, { ...init, signal: stop.signal, onSend }))
    const response = await Promise.race([sent, stop.stopped])
    record.status = response.status
    record.t_last_byte = performance.now()
    if (!response.ok) throw await httpFailure(response, options, stop)
    await readAnswer(response, record, options.apiKey, stop)
    if (record.chunks === 0) throw failure('no_output', 'The engine ended its answer without any text.')
  } catch (thrown) {
    record.error = toRequestError(stop.reason() ?? thrown, record.status !== null)
  } finally {
    stop.clear()
  }
  if (record.token_source === 'chunks') record.output_tokens = record.chunks
  record.t_end = record.error ? performance.now() : (record.t_last_byte ?? performance.now())
  return record
}

/** The address of an engine without its trailing `/` and `/v1`. */
export const engineRoot = (baseUrl: string) => baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '')

function buildRequest(options: MeasureOptions): { url: string; init: RequestInit } {
  const { endpoint = 'chat', prompt, model } = options
  const chat = endpoint === 'chat'
  const body = {
    model,
    ...(chat ? { messages: [{ role: 'user', content: prompt }] } : { prompt }),
    max_tokens: options.maxTokens,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
    ...options.extraBody,
  }
  const headers = new Headers({ 'content-type': 'application/json', accept: 'text/event-stream' })
  if (options.apiKey) headers.set('authorization', `Bearer ${options.apiKey}`)
  const url = `${engineRoot(options.baseUrl)}/v1/${chat ? 'chat/completions' : 'completions'}`
  return { url, init: { method: 'POST', headers, body: JSON.stringify(body) } }
}

type Stop = ReturnType<typeof createStop>

/** Ends a request on its time limit or the caller's signal, even where `fetch` heeds neither. */
function createStop({ timeoutMs = 300_000, signal }: MeasureOptions) {
  const inner = new AbortController()
  const stopped = new Promise<never>((_, reject) => {
    inner.signal.addEventListener('abort', () => reject(inner.signal.reason))
  })
  stopped.catch(() => {})
  const onAbort = () => inner.abort(failure('aborted', 'The measurement was stopped.'))
  const onTime = () => inner.abort(failure('timeout', `No complete answer within ${timeoutMs} ms.`))
  const timer = setTimeout(onTime, timeoutMs)
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted) onAbort()
  return {
    signal: inner.signal,
    stopped,
    reason: (): unknown => inner.signal.reason,
    clear: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}

async function httpFailure(
  response: Response,
  { apiKey }: MeasureOptions,
  stop: Stop,
): Promise<RequestFailure> {
  const text = await Promise.race([response.text().catch(() => ''), stop.stopped])
  return failure(`http_${response.status}`, `The engine answered ${response.status}: ${text}`, apiKey)
}

async function readAnswer(response: Response, record: RequestRecord, secret: string | undefined, stop: Stop) {
  if (!response.body) throw failure('no_output', 'The engine answered without a body.')
  const streamed = response.headers.get('content-type')?.includes('event-stream')
  const answer: AnswerReader = streamed ? readStream(record, secret) : readWhole(record, secret)
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  const cancel = () => reader.cancel().catch(() => {})
  stop.signal.addEventListener('abort', cancel)
  try {
    while (!answer.done()) {
      const { done, value } = await reader.read()
      if (done) break
      const arrival = arrivalOf(value)
      record.t_last_byte = arrival.at
      answer.feed(decoder.decode(value, { stream: true }), arrival)
    }
    answer.end()
    await drain(reader)
  } finally {
    cancel()
  }
}

/** Reads the end of the body, so that the connection can be used again; an engine that keeps it open is left. */
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 250)
  })
  await Promise.race([reader.read().catch(() => {}), patience])
  clearTimeout(timer)
}

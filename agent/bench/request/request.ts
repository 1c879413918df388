import { type AnswerReader, createAnswerReader } from './answer.ts'
import { type RequestMaker, type RequestShape, requestMaker } from './body.ts'
import { errorMessage } from './chunk.ts'
import { failure, toRequestError } from './failure.ts'
import { InFlight } from './in-flight.ts'
import { compressionOf, createInflater, type Inflater } from './inflate.ts'
import { type ClientBusy, watchClient } from './loop-lag.ts'
import { emptyRecord, type RequestRecord } from './record.ts'
import { textOf } from './split.ts'
import type { Transport } from './transport.ts'
import { type Fetch, fetchTransport } from './transport-fetch.ts'
import { nodeTransport } from './transport-node.ts'

export type { Fetch } from './transport-fetch.ts'

/** An OpenAI-compatible engine; see `engineAddress` for its `baseUrl`. */
export interface Engine extends RequestShape {
  /** An engine in this process, or a fake network of tests. */
  fetch?: Fetch | undefined
}

export interface Ask {
  prompt: string
  maxTokens: number
  timeoutMs: number
}

/** Sends requests to one engine. */
export interface EngineClient {
  /** Sends one streamed request and times its output. Never rejects: failures are in `error`. */
  measure(ask: Ask): Promise<RequestRecord>
  /** Starts watching the client's own load. @returns a function that ends it */
  watch(): () => ClientBusy | Promise<ClientBusy>
  /** Closes all connections. */
  close(): void
}

/** The transport with the least overhead: Node's HTTP client on Node, native `fetch` on Bun. */
export const leanTransport = (): Transport =>
  'Bun' in globalThis ? fetchTransport((url, init) => fetch(url, init)) : nodeTransport()

/**
 * A client of an engine. `signal` aborts requests in flight.
 * @throws for an invalid address, key or header
 */
export function createEngineClient(engine: Engine, signal?: AbortSignal): EngineClient {
  const maker = requestMaker(engine)
  const transport = engine.fetch ? fetchTransport(engine.fetch) : leanTransport()
  const inFlight = new InFlight()
  const abort = () => inFlight.stopAll()
  signal?.addEventListener('abort', abort)
  return {
    measure: (ask) => exchange(maker, transport, ask, inFlight, signal),
    watch: watchClient,
    close: () => {
      signal?.removeEventListener('abort', abort)
      transport.close()
    },
  }
}

/** Measures a single request with a client of its own. */
export async function measureRequest(
  options: Engine & { prompt: string; maxTokens: number; timeoutMs?: number; signal?: AbortSignal },
): Promise<RequestRecord> {
  const { prompt, maxTokens, timeoutMs = 300_000, signal, ...engine } = options
  const client = createEngineClient(engine, signal)
  try {
    return await client.measure({ prompt, maxTokens, timeoutMs })
  } finally {
    client.close()
  }
}

function exchange(
  { make, address, secrets }: RequestMaker,
  transport: Transport,
  { prompt, maxTokens, timeoutMs }: Ask,
  inFlight: InFlight,
  signal: AbortSignal | undefined,
): Promise<RequestRecord> {
  return new Promise((resolve) => {
    const record = emptyRecord(performance.now(), maxTokens)
    let open = true
    let leave: ((finished: boolean) => void) | undefined
    let body: Body | undefined
    let inflater: Inflater | undefined
    const settle = (finished: boolean, thrown?: unknown) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      inFlight.leave(place)
      inflater?.close()
      if (thrown !== undefined) record.error = toRequestError(thrown, record.status !== null, address)
      if (record.error && record.token_source === 'chunks') record.output_tokens = record.chunks
      record.t_end = record.error ? performance.now() : (record.t_last_byte ?? performance.now())
      leave?.(finished)
      resolve(record)
    }
    const fail = (error: unknown) => settle(false, error ?? new Error('failed'))
    const guarded = (step: () => void) => {
      if (!open) return
      try {
        step()
      } catch (error) {
        fail(error)
      }
    }
    const stop = () => fail(failure('aborted', 'The measurement was stopped.'))
    const timer = setTimeout(
      () => fail(failure('timeout', `No complete answer within ${timeoutMs} ms (${address}).`)),
      timeoutMs,
    )
    const place = inFlight.enter(stop)
    if (signal?.aborted) return stop()

    let encoding: string | null = null
    const take = (bytes: Uint8Array, at: number, waited: number | null) =>
      guarded(() => {
        body!.data(bytes, at, waited)
        if (!body!.done()) return
        body!.end()
        settle(true)
      })
    guarded(() => {
      leave = transport.send(make(prompt, maxTokens), {
        sent(at, connectMs) {
          record.t0 = at
          record.connect_ms = connectMs
        },
        reconnected() {
          record.reconnects += 1
        },
        head(status, contentEncoding) {
          record.status = status
          record.t_last_byte = performance.now()
          encoding = contentEncoding
          body =
            status >= 200 && status < 300
              ? createAnswerReader(record, secrets)
              : refusal(record, secrets, address)
        },
        data(bytes, at, waited) {
          record.t_last_byte = at
          const kind = inflater ? null : body!.begun() ? null : compressionOf(bytes, encoding)
          if (kind) inflater = createInflater(kind, take, fail)
          if (inflater) inflater.feed(bytes, at, waited)
          else take(bytes, at, waited)
        },
        end() {
          const finish = () =>
            guarded(() => {
              body!.end()
              settle(true)
            })
          if (inflater) inflater.end().then(finish, fail)
          else finish()
        },
        fail(error) {
          // An answer with a finish reason is complete, whatever happened to its connection.
          if (record.finish_reason === null || inflater) return fail(error)
          guarded(() => {
            body!.end()
            settle(false)
          })
        },
      })
      // It may have failed before `leave` was set.
      if (!open) leave(false)
    })
  })
}

type Body = AnswerReader

const MAX_REFUSAL = 16 * 1024

/** Reads the body of an error status, and throws it as a failure at its end. */
function refusal(record: RequestRecord, secrets: readonly string[], address: string): Body {
  let text = ''
  return {
    data(bytes, at) {
      record.t_last_byte = at
      text += Buffer.from(bytes).toString('latin1')
    },
    begun: () => text !== '',
    done: () => text.length >= MAX_REFUSAL,
    end() {
      const status = record.status ?? 0
      const words = errorText(textOf(text))
      throw failure(
        `http_${status}`,
        `The engine answered ${status}${words ? `: ${words}` : ''} (${address})`,
        secrets,
      )
    },
  }
}

/** The text of an HTML or JSON error. */
function errorText(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    return errorMessage((value as { error?: unknown } | null)?.error) ?? errorMessage(value) ?? ''
  } catch {
    return text.slice(0, 4000).replace(/<[^<>]*>/g, ' ')
  }
}

/** Why a request failed. */
export type FailureName =
  | `http_${number}`
  | 'connection'
  | 'timeout'
  | 'aborted'
  | 'closed'
  | 'bad_json'
  | 'bad_answer'
  | 'engine_error'
  | 'no_output'
  | 'too_large'

/** A failed request: a kind to group by and a sentence. */
export interface RequestError {
  kind: FailureName
  message: string
}

/** Kinds of output; a chunk may have several. */
export type OutputKind = 'text' | 'reasoning' | 'refusal' | 'tool_call' | 'audio'

/** Times reported by the engine: llama-server's `timings`, Ollama's durations. */
export interface ServerTimings {
  prompt_tokens: number | null
  prompt_ms: number | null
  output_tokens: number | null
  output_ms: number | null
}

/** The observations of one request. Times are ms of `performance.now()`; null = not observed. */
export interface RequestRecord {
  index: number
  warmup: boolean
  /** Sent, over an open connection. */
  t0: number
  /** First output of any kind; null when the answer came in one piece. */
  t1: number | null
  /** Last output. */
  tN: number | null
  /** Last byte of the answer, also of a failed request. */
  t_last_byte: number | null
  /** No longer in flight. */
  t_end: number
  /** Gaps between consecutive reads with output. */
  itl_ms: number[]
  /** Messages with output, and network reads with output: a read may have several chunks. */
  chunks: number
  reads: number
  /** Chunks by kind of output. */
  kinds: Partial<Record<OutputKind, number>>
  /** Chunks of the first such read, and its share of the output's bytes (0..1). */
  first_chunks: number
  first_share: number
  input_tokens: number | null
  output_tokens: number
  token_source: 'usage' | 'chunks'
  /** Why the engine's usage is not used; null when it is, or none was sent. */
  usage_doubt: string | null
  cached_tokens: number | null
  reasoning_tokens: number | null
  /** Accepted draft tokens of speculative decoding. */
  accepted_tokens: number | null
  server: ServerTimings | null
  /** Limit of output tokens. */
  asked_tokens: number
  status: number | null
  finish_reason: string | null
  system_fingerprint: string | null
  /** Planned start in an open loop; null in a closed loop. */
  due: number | null
  /** Connection time, in no other time; null when a connection was open, or unknown. */
  connect_ms: number | null
  /** Kept connections found closed by the engine. */
  reconnects: number
  /** The longest time the first token may have waited for a busy client; null = unknown. */
  read_delay_ms: number | null
  error: RequestError | null
}

export function emptyRecord(t0: number, asked_tokens: number): RequestRecord {
  return {
    index: 0,
    warmup: false,
    t0,
    t1: null,
    tN: null,
    t_last_byte: null,
    t_end: t0,
    itl_ms: [],
    chunks: 0,
    reads: 0,
    kinds: {},
    first_chunks: 0,
    first_share: 0,
    input_tokens: null,
    output_tokens: 0,
    token_source: 'chunks',
    usage_doubt: null,
    cached_tokens: null,
    reasoning_tokens: null,
    accepted_tokens: null,
    server: null,
    asked_tokens,
    status: null,
    finish_reason: null,
    system_fingerprint: null,
    due: null,
    connect_ms: null,
    reconnects: 0,
    read_delay_ms: null,
    error: null,
  }
}

/** TTFT: t1 − t0, ms. */
export const ttftOf = (r: RequestRecord) => (r.t1 === null ? null : r.t1 - r.t0)

/** E2E latency: tN − t0, ms. */
export const e2eOf = (r: RequestRecord) => (r.tN === null ? null : r.tN - r.t0)

/** Time a request of an open loop waited in the client, ms; null in a closed loop. */
export const waitOf = (r: RequestRecord) => (r.due === null ? null : Math.max(0, r.t0 - r.due))

/**
 * How an answer arrived. `streamed`: in at least half as many reads as tokens. `multi_token`: chunk by chunk, with
 * several tokens each. `buffered`: in too few reads to time a token, as behind a buffering proxy. Null without output.
 */
export type Delivery = 'streamed' | 'multi_token' | 'buffered'

export function deliveryOf(r: RequestRecord): Delivery | null {
  if (r.chunks === 0) return null
  if (r.t1 === null) return 'buffered'
  if (r.output_tokens < 2) return 'streamed'
  if (r.reads >= 2 && r.reads >= r.output_tokens / 2) return 'streamed'
  const chunkByChunk = r.reads >= 3 && r.reads >= 0.75 * r.chunks && r.first_share <= 0.5
  return chunkByChunk ? 'multi_token' : 'buffered'
}

/** Tokens after the first read, arrived between t1 and tN. */
function laterTokens(r: RequestRecord): number {
  const oneToken = r.first_chunks === 1 && r.output_tokens <= 1.5 * r.chunks
  return r.output_tokens - (oneToken ? 1 : Math.max(1, r.output_tokens * r.first_share))
}

/** TPOT: (tN − t1) / (n − 1), or by the tokens after the first read, ms; null when not observed. */
export function tpotOf(r: RequestRecord): number | null {
  const delivery = deliveryOf(r)
  if (r.t1 === null || r.tN === null || delivery === null || delivery === 'buffered') return null
  const tokens = laterTokens(r)
  return r.reads < 2 || tokens < 1 ? null : (r.tN - r.t1) / tokens
}

/** The gaps between reads with output, ms; empty for a buffered answer. */
export const gapsOf = (r: RequestRecord) => (deliveryOf(r) === 'buffered' ? [] : r.itl_ms)

/** Why a request failed. `http` is followed by the status in `kind`: `http_503`. */
export type FailureName =
  | `http_${number}`
  | 'connection'
  | 'timeout'
  | 'aborted'
  | 'closed'
  | 'bad_json'
  | 'engine_error'
  | 'no_output'

/** A request that did not end well: one word to count by and one sentence to read. */
export interface RequestError {
  kind: FailureName
  message: string
}

/** Everything observed of one request. Times are milliseconds of `performance.now()`; null = not observed. */
export interface RequestRecord {
  index: number
  warmup: boolean
  /** Sent. */
  t0: number
  /** First non-empty content or reasoning token. */
  t1: number | null
  /** Last token. */
  tN: number | null
  /** Last byte of the answer, of a failed request too. */
  t_last_byte: number | null
  /** No longer in flight, for whatever reason. */
  t_end: number
  /** Gaps between consecutive chunks with text. */
  itl_ms: number[]
  chunks: number
  input_tokens: number | null
  output_tokens: number
  token_source: 'usage' | 'chunks'
  cached_tokens: number | null
  /** The most tokens the answer was allowed to have. */
  asked_tokens: number
  status: number | null
  finish_reason: string | null
  system_fingerprint: string | null
  /** Time between the planned and the real sending; null in a closed loop. */
  client_queue_ms: number | null
  /** How long the first token can have waited to be read by a client that was busy, at most; null = not known. */
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
    input_tokens: null,
    output_tokens: 0,
    token_source: 'chunks',
    cached_tokens: null,
    asked_tokens,
    status: null,
    finish_reason: null,
    system_fingerprint: null,
    client_queue_ms: null,
    read_delay_ms: null,
    error: null,
  }
}

/** TTFT: t1 − t0, ms. */
export const ttftOf = (r: RequestRecord) => (r.t1 === null ? null : r.t1 - r.t0)

/** E2E latency: tN − t0, ms. */
export const e2eOf = (r: RequestRecord) => (r.tN === null ? null : r.tN - r.t0)

/** TPOT: (tN − t1) / (n − 1), ms; null with one token, or where one chunk brought all of them. */
export function tpotOf(r: RequestRecord): number | null {
  if (r.t1 === null || r.tN === null || r.output_tokens < 2 || r.chunks < 2) return null
  return (r.tN - r.t1) / (r.output_tokens - 1)
}

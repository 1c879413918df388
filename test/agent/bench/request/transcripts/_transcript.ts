/** What an engine or a gateway sends as one answer, and what of it a record must say. */
export interface Transcript {
  /** A sentence that a person understands. */
  name: string
  /** Default 200. */
  status?: number
  /** Besides `content-type: text/event-stream`; a name with the value '' is left out. */
  headers?: Record<string, string>
  /** Bytes before the status line, such as another answer of 103. */
  before?: string
  /** Sent in place of everything else, as it stands: for what is no HTTP. */
  raw?: string
  /** Reads of the body: ms after the request, and bytes. Text is UTF-8; KEY stands for the key that was sent. */
  reads: [at: number, bytes: string | Uint8Array][]
  /** Sent again and again once the reads are through, for as long as somebody takes it. */
  endless?: string
  /** `chunked` (default), `length` with a content-length, `close`: neither, the end of the connection ends it. */
  framing?: 'chunked' | 'length' | 'close'
  /** The content-length where it is not the truth. */
  length?: number
  /** The body is compressed, flushed after each read. */
  gzip?: boolean
  /** `end`: as HTTP ends a body (default); `fin`: the connection is closed without it; `cut`: reset; `open`: nothing more. */
  ends?: 'end' | 'fin' | 'cut' | 'open'
  /** Tokens asked for; default 16. */
  asked?: number
  /** Which times can be believed: bytes of over a read's size come in several. */
  times?: 'inexact'
  expect: Partial<Expected>
}

export interface Expected {
  /** `a|b`: one of them, where the design does not say which. */
  error: { kind: string; message: RegExp } | null
  output_tokens: number
  token_source: 'usage' | 'chunks'
  /** null: none said. */
  usage_doubt: RegExp | null
  input_tokens: number | null
  chunks: number
  kinds: Partial<Record<'text' | 'reasoning' | 'refusal' | 'tool_call' | 'audio', number>>
  finish_reason: string | null
  ttft_ms: number | null
  tpot_ms: number | null
  itl_ms: number[]
  e2e_ms: number | null
  delivery: 'streamed' | 'multi_token' | 'buffered'
  cached_tokens: number | null
  reasoning_tokens: number | null
  accepted_tokens: number | null
  /** What the server says that it took, in its own `timings` or durations. */
  server: {
    output_tokens: number | null
    output_ms: number | null
    prompt_tokens: number | null
    prompt_ms: number | null
  } | null
  /** No longer in flight so many ms after the request at the latest: over sockets only. */
  free_ms: number
}

/** Stands in bytes for the key of the request, which some servers repeat. */
export const KEY = '<<the key>>'
/** The same as PHP writes it in JSON, and as it stands in an address. */
export const KEY_ESCAPED = '<<the key, escaped>>'
export const KEY_ENCODED = '<<the key, encoded>>'

export const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`
const choice = (of: object, more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1764300000,
  model: 'm',
  choices: [{ index: 0, ...of }],
  ...more,
})
/** A chunk as an object, for what frames it otherwise than as an event. */
export const chunkOf = (delta: unknown, finish_reason: unknown = null, more: object = {}) =>
  choice({ delta, finish_reason }, more)
/** An event with a delta. */
export const chunk = (delta: unknown, finish_reason: unknown = null, more: object = {}) =>
  event(chunkOf(delta, finish_reason, more))
/** An event with one token of text. */
export const say = (content: string) => chunk({ content })
export const role = chunk({ role: 'assistant', content: '' })
export const finish = (reason: unknown = 'stop') => chunk({}, reason)
const counts = (completion_tokens: unknown, more: object = {}) => ({
  prompt_tokens: 5,
  completion_tokens,
  ...more,
})
export const usageOf = (completion_tokens: unknown, more: object = {}) =>
  chunkless({ usage: counts(completion_tokens, more) })
const chunkless = (more: object) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  choices: [],
  ...more,
})
/** The event that says how many tokens there were. */
export const usage = (completion_tokens: unknown, more: object = {}) =>
  event(usageOf(completion_tokens, more))
export const DONE = 'data: [DONE]\n\n'
/** How a good answer of so many tokens ends. */
export const ending = (tokens: number, reason = 'stop') => finish(reason) + usage(tokens) + DONE

/** One part every `gap` ms, the first after one gap. */
export const every = (gap: number, parts: (string | Uint8Array)[]): Transcript['reads'] =>
  parts.map((part, i) => [gap * (i + 1), part])

/** Three tokens 20 ms apart, then the end. */
export const THREE = every(20, [say('a'), say('b'), say('c'), ending(3)])
/** What a record of them says. */
export const GOOD: Partial<Expected> = {
  error: null,
  output_tokens: 3,
  token_source: 'usage',
  usage_doubt: null,
  chunks: 3,
  kinds: { text: 3 },
  finish_reason: 'stop',
  ttft_ms: 20,
  tpot_ms: 20,
  itl_ms: [20, 20],
  e2e_ms: 60,
  delivery: 'streamed',
}
/** The same where no usage is told. */
export const GOOD_UNTOLD: Partial<Expected> = { ...GOOD, token_source: 'chunks' }

export const failing = (kind: string, message: RegExp): Partial<Expected> => ({ error: { kind, message } })
export const toldFailure = (message: RegExp) => failing('engine_error', message)

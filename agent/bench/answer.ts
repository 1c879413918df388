import { createParser } from 'eventsource-parser'
import type { Arrival } from './chunk-stamp.ts'
import { failure } from './failure.ts'
import type { RequestRecord } from './record.ts'

interface Delta {
  content?: unknown
  reasoning_content?: unknown
  reasoning?: unknown
}

interface Chunk {
  choices?: { text?: unknown; delta?: Delta; message?: Delta; finish_reason?: string | null }[]
  usage?: {
    prompt_tokens?: unknown
    completion_tokens?: unknown
    prompt_tokens_details?: { cached_tokens?: unknown } | null
  } | null
  system_fingerprint?: string | null
  error?: unknown
}

const isText = (value: unknown) => typeof value === 'string' && value !== ''
const count = (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null

/** Whether a chunk brings text: an answer's or a reasoning token's. A role alone is none. */
function hasText(chunk: Chunk): boolean {
  return (chunk.choices ?? []).some((choice) => {
    const delta = choice.delta ?? choice.message
    return [choice.text, delta?.content, delta?.reasoning_content, delta?.reasoning].some(isText)
  })
}

/** Takes usage, finish reason and fingerprint of a chunk into the record. */
function note(record: RequestRecord, chunk: Chunk): void {
  const output = count(chunk.usage?.completion_tokens)
  record.input_tokens = count(chunk.usage?.prompt_tokens) ?? record.input_tokens
  record.cached_tokens = count(chunk.usage?.prompt_tokens_details?.cached_tokens) ?? record.cached_tokens
  record.finish_reason = chunk.choices?.[0]?.finish_reason ?? record.finish_reason
  record.system_fingerprint = chunk.system_fingerprint ?? record.system_fingerprint
  if (output) {
    record.output_tokens = output
    record.token_source = 'usage'
  }
}

function parse(text: string, secret: string | undefined): Chunk {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw failure('bad_json', `The engine sent broken JSON: ${text.slice(0, 80)}`, secret)
  }
  if (typeof value !== 'object' || value === null)
    throw failure('bad_json', 'The engine sent JSON that is no object.')
  const chunk = value as Chunk
  if (chunk.error)
    throw failure('engine_error', `The engine reported: ${JSON.stringify(chunk.error)}`, secret)
  return chunk
}

/** What reads an answer as its bytes arrive. */
export interface AnswerReader {
  feed: (text: string, arrival: Arrival) => void
  /** Whether the engine said that the answer is over. */
  done: () => boolean
  end: () => void
}

/** Reads an event stream; every event carries the time of the network read that completed it. */
export function readStream(record: RequestRecord, secret: string | undefined): AnswerReader {
  let now = 0
  let waited: number | null = null
  let done = false
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') done = true
      if (done) return
      const chunk = parse(data, secret)
      if (hasText(chunk)) {
        if (record.tN !== null) record.itl_ms.push(now - record.tN)
        if (record.t1 === null) record.read_delay_ms = waited
        record.t1 ??= now
        record.tN = now
        record.chunks += 1
      }
      note(record, chunk)
    },
  })
  return {
    feed: (text, arrival) => {
      now = arrival.at
      waited = arrival.waited_ms
      parser.feed(text)
    },
    done: () => done,
    end: () => {
      if (!done && record.finish_reason === null)
        throw failure('closed', 'The engine closed the stream in mid-answer.')
    },
  }
}

/** Reads an answer that came in one piece: it has an end but no first token to speak of. */
export function readWhole(record: RequestRecord, secret: string | undefined): AnswerReader {
  let body = ''
  return {
    feed: (text, { at }) => {
      body += text
      record.tN = at
    },
    done: () => false,
    end: () => {
      const chunk = parse(body, secret)
      record.chunks = hasText(chunk) ? 1 : 0
      note(record, chunk)
    },
  }
}

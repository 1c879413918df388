import { type Output, readChunk } from './chunk.ts'
import { failure } from './failure.ts'
import type { OutputKind, RequestRecord } from './record.ts'
import { createSplitter, textOf } from './split.ts'
import { type Template, templateOf } from './template.ts'
import { noteUsage, settleTokens, type UsageCounts } from './usage.ts'

/** Limit of an answer, bytes after decompression. */
const MAX_ANSWER = 64 * 1024 * 1024

/** Reads the bytes of an answer into its record. All methods throw RequestFailure for a bad answer. */
export interface AnswerReader {
  /** Takes the bytes of one network read, with its time in ms. */
  data(bytes: Uint8Array, at: number, waited: number | null): void
  /** Whether any byte was read. */
  begun(): boolean
  /** Whether the engine ended the answer; the rest of the body is ignored. */
  done(): boolean
  /** Call at the end of the body. */
  end(): void
}

/**
 * Reads an answer by its content, not its headers. A message has the time of the read that completed it.
 * @param secrets texts that no error may contain
 */
export function createAnswerReader(record: RequestRecord, secrets: readonly string[] = []): AnswerReader {
  const usage: UsageCounts = { output: undefined, before: undefined, times: 0, fell: false }
  const read = { at: 0, waited: null as number | null, first: 0, bytes: 0, total: 0 }
  let done = false
  let messages = 0
  let strays = ''

  const count = (kind: OutputKind) => {
    record.kinds[kind] = (record.kinds[kind] ?? 0) + 1
  }
  const output = (kinds: Output) => {
    let bytes = 0
    for (const kind of Object.keys(kinds) as OutputKind[]) {
      count(kind)
      bytes += kinds[kind] ?? 0
    }
    arrived(bytes)
  }
  /** Counts one chunk with output. */
  const arrived = (bytes: number) => {
    const { at } = read
    record.chunks += 1
    if (record.chunks > 4 * record.asked_tokens + 16)
      throw failure(
        'too_large',
        `The engine sent ${record.chunks} chunks for a limit of ${record.asked_tokens} tokens; it seems to ignore the limit.`,
      )
    read.bytes += bytes
    if (record.t1 === null) {
      record.t1 = at
      record.read_delay_ms = read.waited
    }
    if (record.tN !== at) {
      if (record.tN !== null) record.itl_ms.push(at - record.tN)
      record.reads += 1
    }
    record.tN = at
    if (at === record.t1) {
      record.first_chunks += 1
      read.first += bytes
    }
  }

  let template: Template | null = null
  const splitter = createSplitter({
    matches(text) {
      const bytes = template === null || done ? 0 : template.match(text)
      if (bytes === 0) return false
      messages += 1
      count(template!.kind)
      arrived(bytes)
      return true
    },
    message(value, event, text) {
      if (done || value === null) return
      if (typeof value !== 'object') throw failure('bad_json', 'The engine sent JSON that is not an object.')
      messages += 1
      const chunk = readChunk(value)
      const failed = chunk.failed ?? (event === 'error' ? JSON.stringify(value) : null)
      if (failed !== null) throw failure('engine_error', `The engine reported: ${textOf(failed)}`, secrets)
      if (!chunk.answers && isWhole())
        throw failure(
          'bad_answer',
          `The engine sent JSON that is not an answer: ${textOf(JSON.stringify(value))}`,
          secrets,
        )
      if (chunk.output) {
        template = templateOf(text, chunk) ?? template
        output(chunk.output)
      }
      record.finish_reason = chunk.finish_reason ?? record.finish_reason
      record.system_fingerprint = chunk.system_fingerprint ?? record.system_fingerprint
      record.server = chunk.server ?? record.server
      record.accepted_tokens = chunk.accepted_tokens ?? record.accepted_tokens
      record.cached_tokens = chunk.cached_tokens ?? record.cached_tokens
      if (chunk.usage) noteUsage(record, usage, chunk.usage)
    },
    done() {
      done = true
    },
    error(words) {
      throw failure('engine_error', `The engine reported: ${textOf(words)}`, secrets)
    },
    broken(text) {
      throw failure('bad_json', `The engine sent broken JSON: ${textOf(text.slice(0, 4000))}`, secrets)
    },
    stray(line) {
      // A page's text comes after its first lines.
      if (isPage() && strays.length >= 1000) throw page()
      if (strays.length < 1000) strays += ` ${line.slice(0, 1000)}`
    },
  })

  const isWhole = () => !splitter.events() && messages === 1
  const isPage = () => messages === 0 && /^\s*</.test(strays)
  const page = () => failure('bad_answer', `The engine answered with an HTML page: ${plain(strays)}`, secrets)

  const settle = () => {
    record.first_share = read.bytes > 0 ? read.first / read.bytes : 0
    // An answer in one object has no time of its first token.
    if (isWhole()) {
      record.t1 = null
      record.read_delay_ms = null
    }
    settleTokens(record, usage)
  }

  return {
    data(bytes, at, waited) {
      record.t_last_byte = at
      read.at = at
      read.waited = waited
      read.total += bytes.length
      if (read.total > MAX_ANSWER)
        throw failure('too_large', 'The engine sent over 64 MiB, more than any answer of a model.')
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
      splitter.feed(text)
    },
    begun: () => read.total > 0,
    done: () => done,
    end() {
      if (!done) splitter.end()
      settle()
      checkEnd()
    },
  }

  function checkEnd() {
    const words = strays.trim()
    if (isPage()) throw page()
    if (messages === 0 && !done)
      throw words === ''
        ? failure('closed', 'The engine sent an empty answer.')
        : failure('bad_answer', `The engine sent no answer, but: ${plain(words)}`, secrets)
    if (!done && !isWhole() && record.finish_reason === null)
      throw failure(
        'closed',
        `The engine closed the stream during its answer${words ? `: ${plain(words)}` : '.'}`,
        secrets,
      )
    if (record.chunks > 0) return
    const counted = typeof usage.output === 'number' ? usage.output : 0
    // An empty answer may count its end token.
    if (counted > 1 || (counted === 1 && record.finish_reason === 'length'))
      throw failure(
        'no_output',
        `The engine counted ${counted} output tokens and sent none of them: its output was hidden.`,
      )
    if (record.finish_reason === null)
      throw failure('no_output', 'The engine ended its answer without any output.')
  }
}

/** The text of an HTML page. */
const plain = (html: string) =>
  textOf(html.slice(0, 4000))
    .replace(/<(style|script)[^>]*>[^<]*<\/\1>/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

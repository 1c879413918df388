import type { OutputKind, ServerTimings } from './record.ts'

/** A JSON object whose fields may be anything. */
type Loose = Readonly<Record<string, unknown>>

const object = (value: unknown): Loose | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : undefined
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null)

/** Bytes of output in one message, by kind. */
export type Output = Partial<Record<OutputKind, number>>

/** A parsed message of an engine. Missing values are null. */
export interface Chunk {
  output: Output | null
  /** The message of an error. */
  failed: string | null
  finish_reason: string | null
  /** Token counts, not yet checked. */
  usage: Loose | null
  server: ServerTimings | null
  accepted_tokens: number | null
  /** Cached prompt tokens reported outside of the usage. */
  cached_tokens: number | null
  system_fingerprint: string | null
  /** Whether it has the shape of an answer, even an empty one. */
  answers: boolean
}

/** Parses messages of OpenAI-compatible engines and gateways, and native ones of llama-server and Ollama. */
export function readChunk(value: unknown): Chunk {
  const body = object(value) ?? {}
  const choices = list(body['choices']).map((choice) => object(choice) ?? {})
  const native = choices.length === 0 ? nativeAnswer(body) : null
  let output: Output | null = null
  let finish: string | null = native?.finish_reason ?? null
  let failed = failureOf(body, choices.length > 0 || native !== null)
  for (const choice of native ? [native.choice] : choices) {
    output = outputOf(choice, output)
    failed ??= errorMessage(choice['error'])
    const reason = reasonOf(choice['finish_reason'])
    finish = reason.reason ?? finish
    failed ??= reason.failed
  }
  const timings = object(body['timings'])
  return {
    output,
    failed,
    finish_reason: finish,
    usage: usageIn(body, choices),
    server: timings ? llamaTimings(timings) : ollamaTimings(body),
    accepted_tokens: number(timings?.['draft_n_accepted']),
    cached_tokens: number(timings?.['cache_n']),
    system_fingerprint: typeof body['system_fingerprint'] === 'string' ? body['system_fingerprint'] : null,
    answers: Array.isArray(body['choices']) || native !== null || object(body['usage']) !== undefined,
  }
}

/** A native answer as a choice: Ollama's `message` or `response`, llama-server's `content`. */
function nativeAnswer(body: Loose): { choice: Loose; finish_reason: string | null } | null {
  const { message, response, content, done, stop } = body
  if (object(message) && typeof done === 'boolean')
    return { choice: { delta: message }, finish_reason: done ? String(body['done_reason'] ?? 'stop') : null }
  if (typeof response === 'string' && typeof done === 'boolean')
    return {
      choice: { text: response, delta: { reasoning: body['thinking'] } },
      finish_reason: done ? String(body['done_reason'] ?? 'stop') : null,
    }
  if (typeof content === 'string' && typeof stop === 'boolean')
    return {
      choice: { text: content },
      finish_reason: stop ? (body['stop_type'] === 'limit' ? 'length' : 'stop') : null,
    }
  return null
}

function outputOf(choice: Loose, before: Output | null): Output | null {
  let output = before
  const add = (kind: OutputKind, text: unknown) => {
    if (typeof text !== 'string' || text === '') return
    output ??= {}
    output[kind] = (output[kind] ?? 0) + text.length
  }
  add('text', choice['text'])
  const delta = object(choice['delta']) ?? object(choice['message'])
  if (!delta) return output
  const { content } = delta
  if (typeof content === 'string') add('text', content)
  else for (const part of list(content)) addPart(part, add)
  const reasoning = delta['reasoning_content'] ?? delta['reasoning'] ?? delta['thinking']
  if (reasoning) add('reasoning', typeof reasoning === 'string' ? reasoning : object(reasoning)?.['content'])
  else for (const part of list(delta['reasoning_details'])) add('reasoning', object(part)?.['text'])
  if (delta['refusal']) add('refusal', delta['refusal'])
  if (delta['tool_calls'] || delta['function_call'])
    for (const call of [...list(delta['tool_calls']), { function: delta['function_call'] }])
      addCall(object(object(call)?.['function']), add)
  const audio = object(delta['audio'])
  if (audio) add('audio', audio['data'] || audio['transcript'])
  return output
}

type Add = (kind: OutputKind, text: unknown) => void

function addPart(value: unknown, add: Add): void {
  const part = object(value)
  if (!part) {
    add('text', value)
    return
  }
  const { thinking } = part
  if (typeof thinking === 'string') add('reasoning', thinking)
  for (const inner of list(thinking)) add('reasoning', object(inner)?.['text'])
  add(/think|reason/.test(String(part['type'])) ? 'reasoning' : 'text', part['text'])
  add('refusal', part['refusal'])
  add('audio', object(part['audio'])?.['data'])
}

function addCall(call: Loose | undefined, add: Add): void {
  add('tool_call', call?.['name'])
  const sent = call?.['arguments']
  add('tool_call', typeof sent === 'object' && sent !== null ? JSON.stringify(sent) : sent)
}

const ABNORMAL =
  /^(?:abort(?:ed)?|error|cancell?ed|failed|failure|internal_error|engine_error|timeout|insufficient_system_resource)$/i
const USUAL = /^(?:stop|length)$/i

/** An empty finish reason counts as none; an object is a failure, unless it wraps `stop` or `length`. */
function reasonOf(reason: unknown): { reason: string | null; failed: string | null } {
  const wrapped = object(reason)
  if (wrapped) {
    const type = String(wrapped['type'] ?? '')
    if (USUAL.test(type)) return { reason: type, failed: null }
    return {
      reason: type || 'error',
      failed: `finish reason ${type}: ${errorMessage(wrapped) ?? 'no reason given'}`,
    }
  }
  if (typeof reason !== 'string' || reason.trim() === '') return { reason: null, failed: null }
  return { reason, failed: ABNORMAL.test(reason) ? `finish reason ${reason}` : null }
}

function failureOf(body: Loose, answers: boolean): string | null {
  const error = errorMessage(body['error']) ?? errorMessage(object(body['x_groq'])?.['error'])
  if (error !== null) return error
  if (body['object'] === 'error' || body['type'] === 'error') return errorMessage(body) ?? 'no reason given'
  if (answers) return null
  const { detail, errors, message } = body
  if (detail !== undefined && detail !== null) return errorMessage(detail)
  if (list(errors).length > 0) return errorMessage(errors)
  return typeof message === 'string' && message !== '' && body['usage'] === undefined ? message : null
}

/** The message of an error in any known form; null without an error. */
export function errorMessage(error: unknown): string | null {
  if (error === undefined || error === null || error === false || error === '') return null
  if (typeof error === 'string') return error
  const { message, detail, msg, error: inner } = object(error) ?? {}
  for (const words of [message, msg, detail, inner])
    if (typeof words === 'string' && words !== '') return words
  return JSON.stringify(error)
}

/** Token counts: beside the choices, in one of them, or under native names. */
function usageIn(body: Loose, choices: readonly Loose[]): Loose | null {
  const usage = object(body['usage']) ?? object(object(body['x_groq'])?.['usage'])
  if (usage) return usage
  for (const choice of choices) {
    const inner = object(choice['usage'])
    if (inner) return inner
  }
  const { eval_count, prompt_eval_count, tokens_predicted, tokens_evaluated } = body
  if (eval_count !== undefined) return { completion_tokens: eval_count, prompt_tokens: prompt_eval_count }
  if (tokens_predicted !== undefined)
    return { completion_tokens: tokens_predicted, prompt_tokens: tokens_evaluated }
  return null
}

function llamaTimings(timings: Loose): ServerTimings | null {
  const found = {
    prompt_tokens: number(timings['prompt_n']),
    prompt_ms: number(timings['prompt_ms']),
    output_tokens: number(timings['predicted_n']),
    output_ms: number(timings['predicted_ms']),
  }
  return Object.values(found).some((value) => value !== null) ? found : null
}

/** Ollama's durations are in nanoseconds. */
function ollamaTimings(body: Loose): ServerTimings | null {
  if (body['eval_duration'] === undefined) return null
  const ms = (value: unknown) => (number(value) === null ? null : Number(value) / 1e6)
  return {
    prompt_tokens: number(body['prompt_eval_count']),
    prompt_ms: ms(body['prompt_eval_duration']),
    output_tokens: number(body['eval_count']),
    output_ms: ms(body['eval_duration']),
  }
}

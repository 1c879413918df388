import type { RequestRecord } from './record.ts'

const MOST = 2 ** 31

/** What an engine told of its counts while an answer came: the last of each, and whether they add up. */
export interface Told {
  /** The last value of `completion_tokens`, whatever it is; undefined where none was told. */
  output: unknown
  /** The value before that. */
  before: unknown
  /** How often it was told, and whether it fell from one message to the next. */
  times: number
  fell: boolean
}

type Loose = Readonly<Record<string, unknown>>

const inside = (value: unknown) => (typeof value === 'object' && value !== null ? (value as Loose) : {})
/** A whole number of tokens; null for anything else. */
const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST ? value : null

/** Takes the counts of one message into the record; whether they are believed is settled at the end. */
export function noteUsage(record: RequestRecord, told: Told, usage: Loose): void {
  const output = usage['completion_tokens']
  if (output !== undefined && output !== null) {
    told.fell ||= typeof told.output === 'number' && typeof output === 'number' && output < told.output
    told.before = told.output
    told.output = output
    told.times += 1
  }
  const prompt = inside(usage['prompt_tokens_details'])
  const completion = inside(usage['completion_tokens_details'])
  record.input_tokens = count(usage['prompt_tokens']) ?? record.input_tokens
  record.cached_tokens =
    count(prompt['cached_tokens'] ?? usage['prompt_cache_hit_tokens'] ?? usage['cached_tokens']) ??
    record.cached_tokens
  record.reasoning_tokens =
    count(completion['reasoning_tokens'] ?? usage['reasoning_tokens']) ?? record.reasoning_tokens
  record.accepted_tokens = count(completion['accepted_prediction_tokens']) ?? record.accepted_tokens
}

/** Holds the engine's count against what was asked for and what came, and takes the one that is consistent. */
export function settleTokens(record: RequestRecord, told: Told): void {
  record.output_tokens = record.chunks
  record.token_source = 'chunks'
  if (told.times === 0) return
  record.usage_doubt = doubtOf(record, told)
  if (record.usage_doubt !== null) return
  record.output_tokens = told.output as number
  record.token_source = 'usage'
}

function doubtOf(
  { asked_tokens: asked, chunks }: RequestRecord,
  { output, before, times, fell }: Told,
): string | null {
  const tokens = count(output)
  if (tokens === null) return 'a count of output tokens that is none'
  if (tokens > asked * 1.05) return `${tokens} output tokens where ${asked} were asked for`
  if (times > 1 && fell) return 'counts that fall from chunk to chunk'
  // Told with every chunk, the last step is one of the others' size.
  if (times > 2 && times > 0.75 * chunks && tokens - (count(before) ?? 0) > 1 + (2 * tokens) / chunks)
    return `counts from chunk to chunk that do not reach ${tokens} output tokens`
  if (tokens < chunks * 0.95 - 1) return `${tokens} output tokens in ${chunks} chunks`
  return null
}

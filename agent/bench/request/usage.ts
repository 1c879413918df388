import type { RequestRecord } from './record.ts'

const MAX_TOKENS = 2 ** 31

/** The counts an engine reported during an answer. */
export interface UsageCounts {
  /** The last `completion_tokens`, of any type; undefined without any. */
  output: unknown
  /** The value before it. */
  before: unknown
  /** How often it was reported, and whether it ever fell. */
  times: number
  fell: boolean
}

type Loose = Readonly<Record<string, unknown>>

const inside = (value: unknown) => (typeof value === 'object' && value !== null ? (value as Loose) : {})
/** A number of tokens; null for any other value. */
const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS ? value : null

/** Records the counts of one message; `settleTokens` checks them at the end. */
export function noteUsage(record: RequestRecord, counts: UsageCounts, usage: Loose): void {
  const output = usage['completion_tokens']
  if (output !== undefined && output !== null) {
    counts.fell ||= typeof counts.output === 'number' && typeof output === 'number' && output < counts.output
    counts.before = counts.output
    counts.output = output
    counts.times += 1
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

/** Uses the engine's count of output tokens when it is plausible, else the number of chunks. */
export function settleTokens(record: RequestRecord, counts: UsageCounts): void {
  record.output_tokens = record.chunks
  record.token_source = 'chunks'
  if (counts.times === 0) return
  record.usage_doubt = doubtOf(record, counts)
  if (record.usage_doubt !== null) return
  record.output_tokens = counts.output as number
  record.token_source = 'usage'
}

function doubtOf(
  { asked_tokens: asked, chunks }: RequestRecord,
  { output, before, times, fell }: UsageCounts,
): string | null {
  const tokens = count(output)
  if (tokens === null) return 'a count of output tokens that is not a number'
  if (tokens > asked * 1.05) return `${tokens} output tokens for a limit of ${asked}`
  if (times > 1 && fell) return 'counts that fall from chunk to chunk'
  // When reported with every chunk, the last step must be of the usual size.
  if (times > 2 && times > 0.75 * chunks && tokens - (count(before) ?? 0) > 1 + (2 * tokens) / chunks)
    return `counts from chunk to chunk that do not reach ${tokens} output tokens`
  if (tokens < chunks * 0.95 - 1) return `${tokens} output tokens in ${chunks} chunks`
  return null
}

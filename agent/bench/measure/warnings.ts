import { formatNumber } from '../../../lib/format-number.ts'
import type { EngineMetrics } from '../engine-metrics/watch.ts'
import type { GpuObservation } from '../gpu/gpu.ts'
import { POWER_LIMIT } from '../gpu/record.ts'
import { type ClientLoad, isClientBound } from '../request/loop-lag.ts'
import { deliveryOf, type RequestRecord } from '../request/record.ts'
import { contradictions } from './contradictions.ts'
import type { WindowMetrics } from './window.ts'

type WarningCode =
  | 'failures'
  | 'few_samples'
  | 'client_bound'
  | 'prefix_cache'
  | 'token_source_chunks'
  | 'usage_doubtful'
  | 'not_streamed'
  | 'multi_token_chunks'
  | 'rate_not_kept'
  | 'short_output'
  | 'not_saturated'
  | 'saturated_at_first_point'
  | 'throttled'
  | 'power_limited'
  | 'engine_disagrees'

/** A reason to doubt a result. */
export interface Warning {
  code: WarningCode
  message: string
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`
/** Up to this share of answers, a busy machine may explain how they arrived. */
const FEW = 0.05
/** An open loop below this share of the requested rate did not keep it. */
const RATE_KEPT = 0.95

/** The warnings of one window. */
export function windowWarnings(
  window: WindowMetrics,
  records: readonly RequestRecord[],
  client: ClientLoad,
  gpu?: GpuObservation | null,
  engine: EngineMetrics | null = null,
): Warning[] {
  const good = records.filter((record) => !record.warmup && record.error === null)
  const warnings: Warning[] = []
  const warn = (code: WarningCode, message: string | null) => message && warnings.push({ code, message })
  const failed = window.error_rate ?? 0
  if (failed > 0.05) warn('failures', `${percent(failed)} of the requests failed.`)
  const few = new Set(window.few_samples.map((name) => name.split('.')[1]))
  if (few.size > 0)
    warn('few_samples', `Too few requests for a firm ${[...few].join(', ')}: a p99 needs 100 of them.`)
  if (isClientBound(client)) warn('client_bound', clientBound(client))
  warn('rate_not_kept', rateNotKept(window))
  const cached = cachedShare(good)
  if (cached >= 0.01)
    warn('prefix_cache', `${percent(cached)} of the prompt tokens came from the engine's prefix cache.`)
  warn('usage_doubtful', usageDoubtful(good))
  if (window.token_source === 'chunks' && good.some((record) => record.usage_doubt === null))
    warn('token_source_chunks', 'The engine reported no usage: chunks were counted as tokens.')
  warn('not_streamed', notStreamed(good))
  warn('multi_token_chunks', multiToken(good))
  const short = good.filter((record) => record.output_tokens < record.asked_tokens).length / good.length
  if (short > 0.1) warn('short_output', `${percent(short)} of the answers ended before the asked length.`)
  for (const message of contradictions(engine, window)) warn('engine_disagrees', message)
  if (gpu?.throttled) warn('throttled', throttled(gpu))
  if (gpu?.reasons.includes(POWER_LIMIT))
    warn('power_limited', `The GPU ran at its power limit (${POWER_LIMIT}).`)
  return warnings
}

function throttled({ reasons }: GpuObservation): string {
  const slowdowns = reasons.filter((reason) => reason !== POWER_LIMIT)
  return `The GPU reported throttling: ${slowdowns.join(', ') || 'no reason given'}.`
}

function clientBound({ loop_lag_p99_ms, cpu_pct, read_delay_p50_ms: delay }: ClientLoad): string {
  const read = delay === null ? '' : `, first tokens read up to ${formatNumber(delay)} ms late at the median`
  return `The client was the limit: event loop ${formatNumber(loop_lag_p99_ms)} ms late at p99, CPU ${cpu_pct.toFixed(0)} %${read}. More threads help: --workers auto.`
}

function rateNotKept({ rate_asked_rps: asked, rate_kept_rps: kept, client_queue_ms: wait }: WindowMetrics) {
  if (asked === null || kept === null || kept >= RATE_KEPT * asked) return null
  return `${formatNumber(kept)} requests/s were sent instead of ${formatNumber(asked)}; the median wait in the client was ${formatNumber(Math.round(wait?.p50 ?? 0))} ms, which counts for the objectives.`
}

function usageDoubtful(good: readonly RequestRecord[]): string | null {
  const doubted = good.filter((record) => record.usage_doubt !== null)
  const [first] = doubted
  if (!first) return null
  return `The engine's usage is not plausible in ${formatNumber(doubted.length)} of ${formatNumber(good.length)} answers (it reported ${first.usage_doubt}): chunks were counted as tokens.`
}

function notStreamed(good: readonly RequestRecord[]): string | null {
  const held = good.filter((record) => deliveryOf(record) === 'buffered')
  if (held.length <= FEW * good.length) return null
  const first = held.some((record) => record.t1 !== null)
    ? ' TTFT is when the first part of them arrived.'
    : ''
  return `${formatNumber(held.length)} of ${formatNumber(good.length)} answers came in too few pieces to time a token (does a proxy buffer?): they have no TPOT and ITL.${first}`
}

function multiToken(good: readonly RequestRecord[]): string | null {
  const several = good.filter((record) => deliveryOf(record) === 'multi_token')
  if (several.length === 0) return null
  const sum = (pick: (record: RequestRecord) => number) =>
    several.reduce((all, record) => all + pick(record), 0)
  const each = sum((record) => record.output_tokens) / sum((record) => record.chunks)
  return `The engine sent ${each.toFixed(1)} tokens a chunk: ITL is the time between chunks, TPOT that of a token.`
}

function cachedShare(good: readonly RequestRecord[]): number {
  let cached = 0
  let input = 0
  for (const record of good) {
    cached += record.cached_tokens ?? 0
    input += record.input_tokens ?? 0
  }
  return input > 0 ? cached / input : 0
}

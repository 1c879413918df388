import type { GpuObservation } from './gpu.ts'
import { type ClientLoad, isClientBound } from './loop-lag.ts'
import type { RequestRecord } from './record.ts'
import type { WindowMetrics } from './window.ts'

type WarningCode =
  | 'failures'
  | 'few_samples'
  | 'client_bound'
  | 'prefix_cache'
  | 'token_source_chunks'
  | 'short_output'
  | 'not_saturated'
  | 'saturated_at_first_point'
  | 'throttled'

/** Something a reader must know before believing a number. */
export interface Warning {
  code: WarningCode
  message: string
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/** What is doubtful about one window, in sentences. */
export function windowWarnings(
  window: WindowMetrics,
  records: readonly RequestRecord[],
  client: ClientLoad,
  gpu?: GpuObservation | null,
): Warning[] {
  const good = records.filter((record) => !record.warmup && record.error === null)
  const warnings: Warning[] = []
  const warn = (code: WarningCode, message: string) => warnings.push({ code, message })
  const failed = window.error_rate ?? 0
  if (failed > 0.05) warn('failures', `${percent(failed)} of the requests failed.`)
  const few = new Set(window.few_samples.map((name) => name.split('.')[1]))
  if (few.size > 0)
    warn('few_samples', `Too few requests for a firm ${[...few].join(', ')}: a p99 needs 100 of them.`)
  if (isClientBound(client)) {
    const { loop_lag_p99_ms: lag, cpu_pct: cpu, read_delay_p50_ms: delay } = client
    const read = delay === null ? '' : `, first tokens read up to ${delay.toFixed(1)} ms late at the median`
    warn(
      'client_bound',
      `The client was the limit: event loop ${lag.toFixed(1)} ms late at p99, CPU ${cpu.toFixed(0)} %${read}.`,
    )
  }
  const cached = cachedShare(good)
  if (cached >= 0.01)
    warn('prefix_cache', `${percent(cached)} of the prompt tokens came from the engine's prefix cache.`)
  if (window.token_source === 'chunks') {
    warn('token_source_chunks', 'The engine reported no usage: chunks were counted as tokens.')
  }
  const short = good.filter((record) => record.output_tokens < record.asked_tokens).length / good.length
  if (short > 0.1) warn('short_output', `${percent(short)} of the answers ended before the asked length.`)
  if (gpu?.throttled)
    warn('throttled', `The GPU reported throttling: ${gpu.reasons.join(', ') || 'no reason given'}.`)
  return warnings
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

/** One warning per code and message: runs that repeat themselves say it once. */
export function uniqueWarnings(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [`${warning.code}\n${warning.message}`, warning])).values()]
}

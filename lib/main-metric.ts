import { formatNumber } from './format-number.ts'
import { own } from './own.ts'

/** What each benchmark is for, the best name first: those after it are of older agents. */
export const MAIN_METRICS: Readonly<Record<string, readonly string[]>> = {
  throughput: ['output_tps', 'avg_tps'],
  load: ['output_tps', 'max_output_tps', 'request_rate_rps'],
  latency: ['ttft_ms.p50', 'ttft_ms.avg', 'e2e_latency_ms.p50'],
  memory_usage: ['gpu_memory_peak_gb'],
  warmup_analysis: ['warmup_penalty_ms', 'first_ttft_ms'],
}
/** For other benchmarks, and results that do not name theirs. */
export const ANY_MAIN_METRIC: readonly string[] = [
  'output_tps',
  'avg_tps',
  'max_output_tps',
  'request_rate_rps',
  'ttft_ms.p50',
  'e2e_latency_ms.p50',
]

const WORDS: Record<string, string> = {
  'ttft_ms.p50': ' to the first token',
  'ttft_ms.avg': ' to the first token',
  'e2e_latency_ms.p50': ' a request',
  warmup_penalty_ms: ' of warm-up',
  first_ttft_ms: ' to the first token',
}

/** A main metric as logs say it: `91.5 tok/s`, `31 ms to the first token`. */
export const metricWords = ({ name, value, unit }: { name: string; value: number; unit: string }): string =>
  `${formatNumber(value)} ${unit === 'req/s' ? 'requests/s' : unit}${own(WORDS, name) ?? ''}`

import { concurrencyOf } from './concurrency.ts'
import type { Slo } from './options.ts'
import { e2eOf, type RequestRecord, tpotOf, ttftOf } from './record.ts'
import { type Distribution, distribution, fewSamples } from './stats.ts'

/** The metrics of one measurement window. What was not observed is null; units are in the names. */
export interface WindowMetrics {
  requests: number
  successful_requests: number
  failed_requests: number
  error_rate: number | null
  errors: Record<string, number>
  duration_s: number | null
  output_tps: number | null
  total_tps: number | null
  request_rate_rps: number | null
  goodput_rps: number | null
  output_tps_per_gpu: number | null
  concurrency_mean: number | null
  concurrency_peak: number
  input_tokens: number | null
  output_tokens: number
  token_source: 'usage' | 'chunks' | null
  ttft_ms: Distribution | null
  tpot_ms: Distribution | null
  itl_ms: Distribution | null
  e2e_latency_ms: Distribution | null
  tps_per_user: Distribution | null
  client_queue_ms: Distribution | null
  few_samples: string[]
}

const observed = (values: (number | null)[]) => values.filter((value) => value !== null)
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

/** From requests to metrics; warm-up requests do not count. */
export function measureWindow(
  records: readonly RequestRecord[],
  slo?: Slo,
  gpuCount?: number,
): WindowMetrics {
  const counted = records.filter((record) => !record.warmup)
  const good = counted.filter((record) => record.error === null)
  const from = counted.reduce((first, record) => Math.min(first, record.t0), Number.POSITIVE_INFINITY)
  const to = counted.reduce((last, record) => Math.max(last, record.t_last_byte ?? 0), 0)
  const seconds = to > from ? (to - from) / 1000 : null
  const per = (amount: number | null) => (seconds === null || amount === null ? null : amount / seconds)
  const output = sum(good.map((record) => record.output_tokens))
  const input = sumInput(good)
  const flight = concurrencyOf(
    counted.map((record) => ({ from: record.t0, to: record.t_end })),
    { from, to },
  )
  return {
    requests: counted.length,
    successful_requests: good.length,
    failed_requests: counted.length - good.length,
    error_rate: counted.length > 0 ? (counted.length - good.length) / counted.length : null,
    errors: countErrors(counted),
    duration_s: seconds,
    output_tps: per(output),
    total_tps: per(input === null ? null : input + output),
    request_rate_rps: per(good.length),
    goodput_rps: slo && Object.keys(slo).length > 0 ? per(good.filter((r) => meets(r, slo)).length) : null,
    output_tps_per_gpu: gpuCount ? per(output / gpuCount) : null,
    concurrency_mean: flight.mean,
    concurrency_peak: flight.peak,
    input_tokens: input,
    output_tokens: output,
    token_source:
      good.length === 0 ? null : good.every((r) => r.token_source === 'usage') ? 'usage' : 'chunks',
    ...distributions(good),
  }
}

function distributions(good: RequestRecord[]) {
  const tpot = observed(good.map(tpotOf))
  const all = {
    ttft_ms: distribution(observed(good.map(ttftOf))),
    tpot_ms: distribution(tpot),
    itl_ms: distribution(good.flatMap((record) => record.itl_ms)),
    e2e_latency_ms: distribution(observed(good.map(e2eOf))),
    tps_per_user: distribution(tpot.filter((ms) => ms > 0).map((ms) => 1000 / ms)),
    client_queue_ms: distribution(observed(good.map((record) => record.client_queue_ms))),
  }
  return { ...all, few_samples: Object.entries(all).flatMap(([name, values]) => fewSamples(name, values)) }
}

/** Null unless every request told its input: a sum over some of them would be too small. */
function sumInput(good: RequestRecord[]): number | null {
  const inputs = observed(good.map((record) => record.input_tokens))
  return good.length > 0 && inputs.length === good.length ? sum(inputs) : null
}

function countErrors(counted: RequestRecord[]): Record<string, number> {
  const errors: Record<string, number> = {}
  for (const { error } of counted) if (error) errors[error.kind] = (errors[error.kind] ?? 0) + 1
  return errors
}

/** Whether a good request met every objective; one that was not observed is not met. A single token has no TPOT. */
export function meets(record: RequestRecord, slo: Slo): boolean {
  const within = (value: number | null, bound: number | undefined) =>
    bound === undefined || (value !== null && value <= bound)
  const oneToken = record.output_tokens < 2
  return (
    within(ttftOf(record), slo.ttft_ms) &&
    (oneToken || within(tpotOf(record), slo.tpot_ms)) &&
    within(e2eOf(record), slo.e2e_latency_ms)
  )
}

import { isObject, type Json } from './values.ts'

/** What is no measurement: how it was asked, counts, and how long it took. */
const NO_MEASUREMENT = new Set(
  `requests successful_requests failed_requests cancelled_requests error_rate repetitions run_number batch_size
  total_iterations n_shot samples all_samples input_tokens output_tokens cached_tokens total_tokens duration_s
  rate_asked_rps rate_kept_rps rate_stddev retokenized_output_tokens concurrency_peak count tokens`.split(
    /\s+/,
  ),
)

/** Whether metrics hold a rate, a time, a score or the like, and not only counts. */
export function isMeasured(metrics: Json): boolean {
  return Object.entries(metrics).some(([name, value]) =>
    isObject(value)
      ? !NO_MEASUREMENT.has(name) && isMeasured(value)
      : typeof value === 'number' && !NO_MEASUREMENT.has(name) && !name.endsWith('_stderr'),
  )
}

/** Whether requests succeeded; where they are not counted, whether anything was measured of them. */
export const hasSucceeded = (successful: number | undefined, metrics: Json): boolean =>
  successful === undefined ? isMeasured(metrics) : successful > 0

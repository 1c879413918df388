import { formatNumber } from '../../../lib/format-number.ts'
import { gpuFields } from '../gpu/record.ts'
import type { BenchContext, WindowOutcome } from '../measure/measure.ts'
import { type PointWarning, warningsOfWindows } from '../measure/named-warnings.ts'
import type { Warning } from '../measure/warnings.ts'
import type { BenchmarkName, ResolvedOptions } from '../options.ts'
import type { RequestRecord } from '../request/record.ts'

/** The outcome of one run of a benchmark. */
export interface Outcome {
  passed: boolean
  metrics: Record<string, unknown>
  errors: string[]
  records: RequestRecord[]
  warnings: PointWarning[]
  /** One line for the log: `91.5 tok/s`. */
  headline: string
}

/** A benchmark, listed in the table of `benchmarks.ts`. */
export interface Benchmark {
  name: BenchmarkName
  version: string
  /** Skipped without a readable GPU. */
  needsGpu?: true
  /** Requests of a run without warm-up, for the progress; null when only time ends it. */
  requests: (options: ResolvedOptions) => number | null
  run: (context: BenchContext) => Promise<Outcome>
}

/**
 * The outcome of windows. It passed when every window has answers and an error rate within the limit.
 * `points` names several windows.
 */
export function outcomeOf(
  windows: WindowOutcome[],
  options: ResolvedOptions,
  metrics: Record<string, unknown>,
  headline: string,
  points: readonly string[] = [],
): Outcome {
  const limit = options.max_error_rate
  const records = windows.flatMap((window) => window.records)
  const passed = windows.every(({ metrics: m }) => m.successful_requests > 0 && (m.error_rate ?? 1) <= limit)
  return {
    passed,
    metrics,
    records,
    errors: errorLines(records),
    warnings: warningsOfWindows(
      windows.map((window, i) => ({ warnings: allWarnings(window), point: points[i] })),
    ),
    headline,
  }
}

/** A window's warnings; a window that failed in its warm-up has no error rate to warn of. */
const allWarnings = ({ warnings, stopped_by }: WindowOutcome): Warning[] =>
  stopped_by === 'warmup_failed'
    ? [...warnings, { code: 'failures', message: 'Every warm-up request failed: it was not measured.' }]
    : warnings

/** One line for each kind of failure: `http_500 × 3: The engine answered 500: …`. */
function errorLines(records: readonly RequestRecord[]): string[] {
  const kinds = new Map<string, { count: number; message: string }>()
  for (const { error } of records) {
    if (!error) continue
    const seen = kinds.get(error.kind)
    if (seen) seen.count += 1
    else kinds.set(error.kind, { count: 1, message: error.message })
  }
  return [...kinds].map(([kind, { count, message }]) => `${kind} × ${count}: ${message}`)
}

/** The fields that every window has in a result. */
export function windowFields(outcome: WindowOutcome): Record<string, unknown> {
  const { metrics, client, gpu, engine_metrics, stopped_by } = outcome
  return { ...metrics, ...gpuFields(gpu, metrics.output_tokens), engine_metrics, client, stopped_by }
}

export const tps = (value: number | null) => (value === null ? 'no output' : `${formatNumber(value)} tok/s`)
export const ms = (value: number | null | undefined) => (value == null ? '–' : `${formatNumber(value)} ms`)

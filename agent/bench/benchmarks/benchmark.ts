import { gpuFields } from '../gpu/record.ts'
import type { BenchContext, WindowOutcome } from '../measure/measure.ts'
import { type PointWarning, warningsOfWindows } from '../measure/named-warnings.ts'
import type { Warning } from '../measure/warnings.ts'
import type { BenchmarkName, ResolvedOptions } from '../options.ts'
import type { RequestRecord } from '../request/record.ts'

/** What one run of a benchmark found. */
export interface Outcome {
  passed: boolean
  metrics: Record<string, unknown>
  errors: string[]
  records: RequestRecord[]
  warnings: PointWarning[]
  /** One line for a person: `91.5 tok/s`. */
  headline: string
}

/** A benchmark: add one to the table of `benchmarks.ts` and every suite can name it. */
export interface Benchmark {
  name: BenchmarkName
  version: string
  /** Left out where no GPU can be read. */
  needsGpu?: true
  /** Counted requests of a run, for the progress; null where only time ends it. */
  requests: (options: ResolvedOptions) => number | null
  run: (context: BenchContext) => Promise<Outcome>
}

/**
 * The outcome of windows: passed when requests were answered and no window failed more than the options allow.
 * `points` names them, where they are several.
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

/** A window's warnings; one that was given up in its warm-up has no error rate that could warn. */
const allWarnings = ({ warnings, stopped_by }: WindowOutcome): Warning[] =>
  stopped_by === 'warmup_failed'
    ? [...warnings, { code: 'failures', message: 'Every warm-up request failed: it was not measured.' }]
    : warnings

/** Every kind of failure once, with how often it came: `http_500 × 3: The engine answered 500: …`. */
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

/** What every window writes into a result, beside its own metrics. */
export function windowFields(outcome: WindowOutcome): Record<string, unknown> {
  const { metrics, client, gpu, engine_metrics, stopped_by } = outcome
  return { ...metrics, ...gpuFields(gpu, metrics.output_tokens), engine_metrics, client, stopped_by }
}

export const tps = (value: number | null) => (value === null ? 'no output' : `${value.toFixed(1)} tok/s`)
export const ms = (value: number | null | undefined) => (value == null ? '–' : `${value.toFixed(1)} ms`)

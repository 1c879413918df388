import type { Outcome } from '../benchmarks/benchmark.ts'
import { type NamedWarning, warningsOfRuns } from '../measure/named-warnings.ts'
import { type BenchmarkName, type ResolvedOptions, SIMULATED_ENGINE, type SuiteName } from '../options.ts'
import { engineAddress } from '../request/address.ts'
import { deliveryOf, e2eOf, type RequestRecord, tpotOf, ttftOf, waitOf } from '../request/record.ts'
import { SIMULATOR_FINGERPRINT } from '../simulator/options.ts'
import { type Summary, summarizeRuns } from './summary.ts'

/** One run of one benchmark in a result document. */
type MeasuredBenchmark = {
  test_name: string
  test_version: string
  run_number: number
  passed: boolean
  timestamp: string
  metrics: Record<string, unknown>
  errors: string[]
  outputs: unknown[]
}

/** The configuration to repeat the run; `command` is its command line. */
export interface RunConfig {
  base_url: string
  suite: SuiteName
  benchmarks: readonly BenchmarkName[]
  options: ResolvedOptions
  /** Whether the seed in `options` was asked for. */
  seed: 'given' | 'random'
  command: string
}

/** The result document of this version: reported by agents, written by `kitt run` as `metrics.json`. */
export type MeasuredDocument = {
  model: string
  engine: string
  engine_version: string | null
  suite_name: SuiteName
  timestamp: string
  passed: boolean
  /** The run was interrupted; the document has its results until then. */
  interrupted?: true
  simulated: boolean
  total_benchmarks: number
  passed_count: number
  failed_count: number
  total_time_seconds: number
  kitt_version: string
  metrics: Record<string, Record<string, Summary>>
  warnings: NamedWarning[]
  config: RunConfig
  system_info: Record<string, unknown> | null
  /** The engine's image, arguments, model files and load times. */
  environment: Record<string, unknown> | null
  results: MeasuredBenchmark[]
}

/** One finished (or skipped) run of a benchmark; `at` is its start. */
export interface FinishedRun {
  name: string
  version: string
  run: number
  at: Date
  outcome: Outcome
}

const MAX_OUTPUTS = 1000

/** The requests of a run, without texts and gaps; times in ms, `at_ms` from the first one. */
function outputRows(records: readonly RequestRecord[]): unknown[] {
  const first = records.reduce((least, record) => Math.min(least, record.t0), Number.POSITIVE_INFINITY)
  return records.slice(0, MAX_OUTPUTS).map((record) => ({
    index: record.index,
    ...(record.warmup ? { warmup: true } : {}),
    at_ms: record.t0 - first,
    ttft_ms: ttftOf(record),
    tpot_ms: tpotOf(record),
    e2e_latency_ms: e2eOf(record),
    input_tokens: record.input_tokens,
    output_tokens: record.output_tokens,
    ...(record.due === null ? {} : { client_queue_ms: waitOf(record) }),
    ...(record.finish_reason === null ? {} : { finish_reason: record.finish_reason }),
    ...(record.connect_ms === null ? {} : { connect_ms: record.connect_ms }),
    ...(record.reconnects === 0 ? {} : { reconnects: record.reconnects }),
    ...(record.server === null ? {} : { server: record.server }),
    ...(deliveryOf(record) === 'streamed' ? {} : { delivery: deliveryOf(record) }),
    ...(record.usage_doubt === null ? {} : { usage_doubt: record.usage_doubt }),
    ...(record.error ? { error: record.error } : {}),
  }))
}

function resultOf({ name, version, run, at, outcome }: FinishedRun): MeasuredBenchmark {
  const { passed, metrics, errors, records } = outcome
  const timestamp = at.toISOString()
  const outputs = outputRows(records)
  return {
    test_name: name,
    test_version: version,
    run_number: run,
    passed,
    timestamp,
    metrics,
    errors,
    outputs,
  }
}

/** The document's data beside its runs. */
export interface About {
  model: string
  engine: string
  engine_version: string | null
  kitt_version: string
  simulated: boolean
  started: Date
  seconds: number
  config: RunConfig
  system_info: Record<string, unknown> | null
  environment: Record<string, unknown> | null
  interrupted?: true
}

/** Builds the result document. It is simulated when the caller or any answer says so. */
export function documentOf(
  { started, seconds, ...about }: About,
  runs: readonly FinishedRun[],
): MeasuredDocument {
  const passed = runs.filter((run) => run.outcome.passed).length
  const isSimulated = (record: RequestRecord) => record.system_fingerprint === SIMULATOR_FINGERPRINT
  const names = [...new Set(runs.map((run) => run.name))]
  const summaryOf = (name: string) =>
    summarizeRuns(runs.filter((run) => run.name === name).map((run) => run.outcome.metrics))
  return {
    ...about,
    simulated:
      about.simulated ||
      about.engine === SIMULATED_ENGINE ||
      runs.some((run) => run.outcome.records.some(isSimulated)),
    suite_name: about.config.suite,
    timestamp: started.toISOString(),
    passed: runs.length > 0 && passed === runs.length && !about.interrupted,
    total_benchmarks: runs.length,
    passed_count: passed,
    failed_count: runs.length - passed,
    total_time_seconds: seconds,
    metrics: Object.fromEntries(names.map((name) => [name, summaryOf(name)])),
    warnings: warningsOfRuns(runs.map(({ name, outcome: { warnings } }) => ({ name, warnings }))),
    results: runs.map(resultOf),
  }
}

/** No request got any answer, not even an error, so there is no result. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
}

/** @throws NoAnswer with address and reason when no request was answered */
export function requireAnswer(baseUrl: string, runs: readonly FinishedRun[]): void {
  const records = runs.flatMap((run) => run.outcome.records)
  if (records.length === 0 || records.some(({ status }) => status !== null)) return
  const reason = (records.find(({ error }) => error)?.error?.message ?? 'The engine did not answer.').replace(
    /\.$/,
    '',
  )
  const { origin } = engineAddress(baseUrl).chat
  const at = reason.includes(origin) ? '' : ` from ${origin}`
  throw new NoAnswer(`${reason}${at}: nothing was measured.`)
}

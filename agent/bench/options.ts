import type { BenchOptions, SuiteName } from '../../app/quicktests/options-schema.ts'
import { SUITE_DEFAULTS } from '../../lib/suite-defaults.ts'

export { BenchmarkName, BenchOptions, LoadMode, Slo, SuiteName } from '../../app/quicktests/options-schema.ts'

/** The engine of virtual agents; its results are synthetic. */
export const SIMULATED_ENGINE = 'simulated'

type Filled =
  | 'max_concurrency'
  | 'sweep_points'
  | 'input_tokens'
  | 'output_tokens'
  | 'warmup'
  | 'runs'
  | 'seed'
  | 'endpoint'
  | 'timeout_s'
  | 'max_error_rate'
  | 'workers'

/** Options with all defaults; `requests` is missing when only `seconds` ends the run. */
export type ResolvedOptions = BenchOptions & { [Name in Filled]: NonNullable<BenchOptions[Name]> }

const COMMON = {
  max_concurrency: 256,
  sweep_points: 5,
  endpoint: 'chat',
  timeout_s: 300,
  max_error_rate: 0.05,
  workers: 'auto',
} as const

/** Fills in a suite's defaults. With `seconds` alone, requests are not limited. */
export function resolveOptions(
  suite: SuiteName,
  given: BenchOptions,
  newSeed: () => number,
): ResolvedOptions {
  const { requests, ...defaults } = SUITE_DEFAULTS[suite]
  const limited = given.seconds === undefined ? { requests } : {}
  const resolved = { ...COMMON, ...defaults, ...limited, ...given, seed: given.seed ?? newSeed() }
  return resolved as ResolvedOptions
}

import { hideSecrets } from '../../../lib/find-secrets.ts'
import type { Benchmark } from '../benchmarks/benchmark.ts'
import { BENCHMARKS, SUITES } from '../benchmarks/benchmarks.ts'
import type { GpuSampler } from '../gpu/gpu.ts'
import { HIDDEN } from '../header-rules.ts'
import {
  type BenchmarkName,
  BenchOptions,
  type ResolvedOptions,
  resolveOptions,
  type SuiteName,
} from '../options.ts'
import type { RunConfig } from '../report/document.ts'
import type { Progress } from '../report/progress.ts'
import { addressWithoutSecrets, engineAddress } from '../request/address.ts'
import type { Fetch } from '../request/request.ts'
import { commandOf } from './command.ts'

export interface RunSuiteOptions {
  /** The engine's address, taken at its word; `/v1` is added where it has no path. */
  baseUrl: string
  apiKey?: string | undefined
  /** The model, as the engine names it. */
  model: string
  /** What threads are started with where more than one is needed; without it there is one. See `thisProgram`. */
  program?: URL | undefined
  /** An engine in this process. */
  fetch?: Fetch | undefined
  /** The engine's name in the result: `vllm`, `simulated`, … */
  engine: string
  engineVersion?: string | null
  suite: SuiteName
  /** Instead of the suite's own list; a load mode in the options alone means `load`. */
  benchmarks?: readonly BenchmarkName[] | undefined
  options?: BenchOptions | undefined
  kittVersion: string
  systemInfo?: Record<string, unknown> | null
  environment?: Record<string, unknown> | null
  gpu?: GpuSampler | undefined
  simulated?: boolean
  signal?: AbortSignal | undefined
  /** Wall-clock time for stamps; measuring uses the monotonic clock. */
  clock?: () => Date
  newSeed?: () => number
  onLog?: (line: string) => void
  onProgress?: (progress: Progress) => void
}

const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0]!

/** A suite made ready: options with their defaults, and the benchmarks that can run here. */
export interface Setup {
  options: ResolvedOptions
  benchmarks: Benchmark[]
}

/** Checks what was asked for. Throws one sentence for a person where it cannot be done. */
export function prepare(input: RunSuiteOptions): Setup {
  engineAddress(input.baseUrl)
  const given = BenchOptions.parse(input.options ?? {})
  const options = resolveOptions(input.suite, given, input.newSeed ?? randomSeed)
  const names = input.benchmarks ?? (given.mode ? (['load'] as const) : SUITES[input.suite])
  const benchmarks = names.map((name) => BENCHMARKS[name]).filter((one) => !one.needsGpu || input.gpu)
  if (benchmarks.length === 0)
    throw new Error('No benchmark is left to run: memory_usage needs a GPU that can be read.')
  return { options, benchmarks }
}

/**
 * What the document keeps so that anybody can measure the same again. Of headers it keeps the names; the command leaves
 * them out, as it could not be run with a value that is hidden.
 */
export function configOf(input: RunSuiteOptions, { options, benchmarks }: Setup): RunConfig {
  const names = benchmarks.map((one) => one.name)
  const { model, engine, suite } = input
  const baseUrl = addressWithoutSecrets(input.baseUrl)
  const { headers, ...rest } = options
  const open = hideSecrets(rest)
  const command = commandOf({ baseUrl, model, engine, suite, benchmarks: names, options: open })
  const masked = headers && Object.fromEntries(Object.keys(headers).map((name) => [name, HIDDEN]))
  const shown = masked ? { ...open, headers: masked } : open
  return { base_url: baseUrl, suite, benchmarks: names, options: shown, command }
}

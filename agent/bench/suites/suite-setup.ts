import { hideSecrets } from '../../../lib/find-secrets.ts'
import { HIDDEN } from '../../../lib/header-rules.ts'
import { shellWord } from '../../../lib/shell.ts'
import type { Benchmark } from '../benchmarks/benchmark.ts'
import { BENCHMARKS, SUITES } from '../benchmarks/benchmarks.ts'
import type { GpuSampler } from '../gpu/gpu.ts'
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

export interface RunSuiteOptions {
  /** The engine's address; see `engineAddress`. */
  baseUrl: string
  apiKey?: string | undefined
  /** The engine's name of the model. */
  model: string
  /** Script for request threads; without it there is one thread. See `thisProgram`. */
  program?: URL | undefined
  /** An engine in this process. */
  fetch?: Fetch | undefined
  /** The engine in the result: `vllm`, `simulated`, … */
  engine: string
  engineVersion?: string | null
  suite: SuiteName
  /** Default: the suite's list; `load` when the options have a mode. */
  benchmarks?: readonly BenchmarkName[] | undefined
  options?: BenchOptions | undefined
  kittVersion: string
  systemInfo?: Record<string, unknown> | null
  environment?: Record<string, unknown> | null
  gpu?: GpuSampler | undefined
  simulated?: boolean
  signal?: AbortSignal | undefined
  /** Wall clock for time stamps; measurements use the monotonic clock. */
  clock?: () => Date
  newSeed?: () => number
  onLog?: (line: string) => void
  onProgress?: (progress: Progress) => void
}

const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0]!

/** Options with defaults, and the benchmarks that can run here. */
export interface Setup {
  options: ResolvedOptions
  benchmarks: Benchmark[]
}

/** Resolves options and benchmarks. @throws when they cannot be run */
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
 * The document's configuration. Values of headers are hidden, so the command leaves headers out.
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
  const seed = input.options?.seed === undefined ? 'random' : 'given'
  return { base_url: baseUrl, suite, benchmarks: names, options: shown, seed, command }
}

/** The `kitt run` command that repeats the run, without the key, which comes from the environment. */
export function commandOf(run: {
  baseUrl: string
  model: string
  engine: string
  suite: string
  benchmarks: readonly string[]
  options: BenchOptions
}): string {
  const flags: [string, string][] = [
    ['--url', run.baseUrl],
    ['--model', run.model],
    ['--engine', run.engine],
    ['--suite', run.suite],
    ['--benchmarks', run.benchmarks.join(',')],
    ['--options', JSON.stringify(run.options)],
  ]
  return `kitt run ${flags.map(([flag, value]) => `${flag} ${shellWord(value)}`).join(' ')}`
}

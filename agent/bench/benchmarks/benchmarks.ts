import type { BenchmarkName, BenchOptions, SuiteName } from '../options.ts'
import type { Benchmark } from './benchmark.ts'
import { latency } from './latency.ts'
import { load } from './load.ts'
import { memoryUsage } from './memory.ts'
import { throughput } from './throughput.ts'
import { warmupAnalysis } from './warmup.ts'

/** Every benchmark by name. */
export const BENCHMARKS: Readonly<Record<BenchmarkName, Benchmark>> = {
  throughput,
  latency,
  load,
  warmup_analysis: warmupAnalysis,
  memory_usage: memoryUsage,
}

// The warm-up analysis comes first, while the engine is cold.
const PERFORMANCE = ['warmup_analysis', 'throughput', 'latency', 'memory_usage'] as const

/** The benchmarks of each suite. */
export const SUITES: Readonly<Record<SuiteName, readonly BenchmarkName[]>> = {
  quick: ['throughput'],
  performance: PERFORMANCE,
  standard: PERFORMANCE,
}

/** The benchmark of a test: a load mode implies `load` when the default, `throughput`, is named. */
export const benchmarkFor = (name: BenchmarkName, options: BenchOptions | null | undefined): BenchmarkName =>
  name === 'throughput' && options?.mode ? 'load' : name

import { didYouMean } from '../../lib/nearest.ts'
import { own } from '../../lib/own.ts'
import type { ErrorDetail } from '../errors.ts'
import { optionError, unusedOption } from './option-words.ts'
import { BenchmarkName, BenchOptions, SuiteName } from './options-schema.ts'

/** Names of other tools for options of a benchmark. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  num_requests: 'requests',
  num_prompts: 'requests',
  max_tokens: 'output_tokens',
  prompt_tokens: 'input_tokens',
  request_rate: 'rate',
  num_runs: 'runs',
  warmup_requests: 'warmup',
}

/** Options with KITT's own names; a name of another tool gives way to one that is already there. */
export function withOwnNames<T extends Record<string, unknown>>(options: T): T {
  if (!Object.keys(options).some((key) => own(OTHER_NAMES, key))) return options
  const pairs = Object.entries(options).map(([key, value]) => {
    const name = own(OTHER_NAMES, key)
    return [name === undefined || Object.hasOwn(options, name) ? key : name, value]
  })
  return Object.fromEntries(pairs) as T
}

/** Agents before 2.0 have other benchmarks and options, which only they know. */
export const hasOtherBenchmarks = ({ kitt_version }: { kitt_version: string }): boolean =>
  /^v?[01]\./.test(kitt_version)

/** Why there is no such benchmark, with the nearest one; undefined if there is. */
export const benchmarkFault = (name: string): string | undefined =>
  fault('benchmark', name, BenchmarkName.options)

/** Why there is no such suite, with the nearest one; undefined if there is. */
export const suiteFault = (name: string): string | undefined => fault('suite', name, SuiteName.options)

function fault(kind: string, name: string, known: readonly string[]): string | undefined {
  if (known.includes(name)) return undefined
  const shown = name.slice(0, 100)
  return `"${shown}" is no ${kind}. ${didYouMean(name, known)}There are ${known.join(', ')}.`
}

/** What is wrong with the options of a benchmark, in a sentence; undefined if nothing. */
export function optionFault(options: Record<string, unknown> | null | undefined): string | undefined {
  const issues = BenchOptions.safeParse(withOwnNames(options ?? {})).error?.issues ?? []
  return issues.length === 0 ? undefined : optionError(issues, (key) => `options.${key}`, 'options')
}

/** The option of a new measurement that its load mode does not use, in a sentence; undefined if there is none. */
export const unusedFault = (options: Record<string, unknown> | null | undefined): string | undefined =>
  unusedOption(withOwnNames(options ?? {}), (key) => `options.${key}`)

type Asked = { benchmark_name: string; suite_name: string; options?: Record<string, unknown> | undefined }

/** The first name or option of a test that nothing is known about, with its path; undefined if there is none. */
export function testFault({ benchmark_name, suite_name, options }: Asked): ErrorDetail | undefined {
  const faults = [
    ['benchmark_name', benchmarkFault(benchmark_name)],
    ['suite_name', suiteFault(suite_name)],
    ['options', optionFault(options)],
  ] as const
  const [found] = faults.flatMap(([path, message]) => (message ? [{ path, message }] : []))
  return found
}

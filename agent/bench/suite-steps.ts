import type { Benchmark, Outcome } from './benchmark.ts'
import type { FinishedRun } from './document.ts'
import { leanFetch } from './node-fetch.ts'
import { createProgress } from './progress.ts'
import { fixedPrompts, syntheticPrompts } from './prompts.ts'
import { mixSeed } from './random.ts'
import type { RunSuiteOptions, Setup } from './suite-setup.ts'

/** Every benchmark of every run in turn. Once an engine answers nothing at all, the rest is not tried. */
export async function runSteps(
  input: RunSuiteOptions,
  setup: Setup,
  now: () => Date,
): Promise<FinishedRun[]> {
  const { options, benchmarks } = setup
  const numbers = Array.from({ length: options.runs }, (_, i) => i + 1)
  const steps = numbers.flatMap((run) => benchmarks.map((benchmark) => ({ benchmark, run })))
  const length = (benchmark: Benchmark) => ({
    requests: benchmark.requests(options),
    seconds: options.seconds,
  })
  const progress = createProgress(
    steps.map((step) => length(step.benchmark)),
    (value) => input.onProgress?.(value),
  )
  const finished: FinishedRun[] = []
  let dead: string | null = null
  for (const { benchmark, run } of steps) {
    const at = now()
    progress.begin(length(benchmark))
    const outcome: Outcome = dead ? notRun(dead) : await runOne(input, setup, benchmark, run, progress.record)
    progress.end()
    const state = outcome.passed ? '' : ` · failed${outcome.errors[0] ? `: ${outcome.errors[0]}` : ''}`
    input.onLog?.(`run ${run}/${options.runs} · ${benchmark.name}: ${outcome.headline}${state}`)
    finished.push({ name: benchmark.name, version: benchmark.version, run, at, outcome })
    if (outcome.records.length > 0 && outcome.records.every((record) => record.error)) dead ??= benchmark.name
  }
  return finished
}

async function runOne(
  input: RunSuiteOptions,
  { options, benchmarks }: Setup,
  benchmark: Benchmark,
  run: number,
  onRecord: Parameters<Benchmark['run']>[0]['onRecord'],
): Promise<Outcome> {
  const seed = mixSeed(options.seed, run, benchmarks.indexOf(benchmark))
  const { fetch = leanFetch, baseUrl, apiKey, model, signal, gpu } = input
  const prompts = options.prompts
    ? fixedPrompts(options.prompts)
    : syntheticPrompts(options.input_tokens, seed)
  const engine = { fetch, baseUrl, apiKey, model }
  const log = (line: string) => input.onLog?.(`run ${run}/${options.runs} · ${benchmark.name}: ${line}`)
  return benchmark.run({ engine, options, seed, prompts, signal, gpu, log, onRecord })
}

function notRun(after: string): Outcome {
  const errors = [`Not run: the engine answered nothing in ${after}.`]
  return { passed: false, metrics: {}, errors, records: [], warnings: [], headline: 'not run' }
}

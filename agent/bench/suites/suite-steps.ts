import type { Benchmark, Outcome } from '../benchmarks/benchmark.ts'
import { maxInFlight } from '../benchmarks/modes.ts'
import { engineScraper } from '../engine-metrics/scraper.ts'
import { isInterrupted } from '../interrupted.ts'
import type { BenchContext } from '../measure/measure.ts'
import type { ResolvedOptions } from '../options.ts'
import { fixedPrompts, syntheticPrompts } from '../prompts.ts'
import { mixSeed } from '../random.ts'
import type { FinishedRun } from '../report/document.ts'
import { createProgress } from '../report/progress.ts'
import { engineRoot } from '../request/address.ts'
import { createEngineClient, type EngineClient } from '../request/request.ts'
import { threadedClient, threadsFor } from '../request/threads.ts'
import type { RunSuiteOptions, Setup } from './suite-setup.ts'

/**
 * Runs every benchmark of every run in turn. The rest is skipped once an engine answers no request, and after an
 * interruption; the interrupted run is kept, as not passed, when it measured anything.
 */
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
  const client = clientOf(input, options)
  const scraper = scraperOf(input, options)
  try {
    for (const step of steps) if (!isInterrupted(input.signal)) await take(step)
  } finally {
    client.close()
  }
  return finished

  async function take({ benchmark, run }: (typeof steps)[number]) {
    const at = now()
    progress.begin(length(benchmark))
    const outcome: Outcome = dead
      ? notRun(dead)
      : await runOne(input, setup, { client, scraper }, benchmark, run, progress)
    if (isInterrupted(input.signal)) {
      const measured = outcome.records.some((record) => !record.warmup)
      const kept = { name: benchmark.name, version: benchmark.version, run, at }
      if (measured) finished.push({ ...kept, outcome: { ...outcome, passed: false } })
      return
    }
    progress.end()
    const state = outcome.passed ? '' : ` · failed${outcome.errors[0] ? `: ${outcome.errors[0]}` : ''}`
    input.onLog?.(`run ${run}/${options.runs} · ${benchmark.name}: ${outcome.headline}${state}`)
    finished.push({ name: benchmark.name, version: benchmark.version, run, at, outcome })
    if (outcome.records.length > 0 && outcome.records.every((record) => record.error)) dead ??= benchmark.name
  }
}

/** One client for the whole suite, to keep its connections between windows. */
function clientOf(input: RunSuiteOptions, options: ResolvedOptions): EngineClient {
  const { fetch, baseUrl, apiKey, model, signal, program } = input
  const { endpoint, headers, omit, max_tokens_field: maxTokensField, extra_body: extraBody } = options
  const shape = { baseUrl, apiKey, model, endpoint, headers, maxTokensField, omit, extraBody }
  const threads = program && !fetch ? threadsFor(options.workers, maxInFlight(options)) : 1
  if (program && threads > 1) return threadedClient(shape, threads, program, signal)
  return createEngineClient({ ...shape, fetch }, signal)
}

const scraperOf = ({ fetch, baseUrl, apiKey }: RunSuiteOptions, { headers }: ResolvedOptions) =>
  engineScraper({ root: engineRoot(baseUrl), apiKey, headers, fetch })

async function runOne(
  input: RunSuiteOptions,
  { options, benchmarks }: Setup,
  engine: Pick<BenchContext, 'client' | 'scraper'>,
  benchmark: Benchmark,
  run: number,
  { record: onRecord, point: onPoint }: ReturnType<typeof createProgress>,
): Promise<Outcome> {
  const seed = mixSeed(options.seed, run, benchmarks.indexOf(benchmark))
  const { signal, gpu } = input
  const prompts = options.prompts
    ? fixedPrompts(options.prompts)
    : syntheticPrompts(options.input_tokens, seed)
  const log = (line: string) => input.onLog?.(`run ${run}/${options.runs} · ${benchmark.name}: ${line}`)
  return benchmark.run({ ...engine, options, seed, prompts, signal, gpu, log, onRecord, onPoint })
}

function notRun(after: string): Outcome {
  const errors = [`Not run: the engine answered nothing in ${after}.`]
  return { passed: false, metrics: {}, errors, records: [], warnings: [], headline: 'not run' }
}

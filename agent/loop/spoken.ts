import { metricInfo } from '../../app/results/metric-units.ts'
import type { ResultDocument } from '../../app/results/schema.ts'
import { benchmarkWords, loadWords } from '../../lib/load-words.ts'
import { ANY_MAIN_METRIC, MAIN_METRICS, metricWords } from '../../lib/main-metric.ts'
import { own } from '../../lib/own.ts'
import { mean } from '../../lib/statistics.ts'
import { SUITE_DEFAULTS } from '../../lib/suite-defaults.ts'
import { flattenNumbers } from '../bench/report/summary.ts'
import { firstError, type RunTest } from './jobs.ts'

/** The longest text from elsewhere in a line. */
const TEXT_MAX = 300

/** The same, with a line on the agent's console where a test begins, and one where it ends. */
export const spoken =
  (run: RunTest, say: (line: string) => void): RunTest =>
  async (payload, context) => {
    const test = `test ${context.wire_id}`
    say(`${test} begins: ${asked(payload)}`)
    const began = performance.now()
    const after = () => `after ${((performance.now() - began) / 1000).toFixed(1)} s`
    try {
      const document = await run(payload, context)
      const failed = document.passed === false
      say(
        failed
          ? `${test} failed ${after()}: ${short(firstError(document))}`
          : `${test} completed ${after()}${measured(document)}`,
      )
      return document
    } catch (error) {
      const reason = short(error instanceof Error ? error.message : String(error))
      say(`${test} ${context.signal.aborted ? 'was stopped' : 'failed'} ${after()}: ${reason}`)
      throw error
    }
  }

const short = (text: string) => (text.split('\n')[0] ?? '').slice(0, TEXT_MAX)

/** `/models/Qwen2.5-7B on vllm, throughput, requests 20, input tokens 64, output tokens 32` */
function asked(payload: Record<string, unknown>): string {
  const { model_path, engine_name, benchmark_name = 'throughput', suite_name = 'quick', options } = payload
  const suite = String(suite_name)
  const what = suite === 'quick' ? String(benchmark_name) : `suite ${suite}`
  const load = loadWords({ ...own<object>(SUITE_DEFAULTS, suite), ...(options as object | null | undefined) })
  return short(`${model_path} on ${engine_name}, ${benchmarkWords(what, load)}`)
}

/** `: 91.5 tok/s`; of several benchmarks each with its name. */
function measured({ results }: ResultDocument): string {
  const values = new Map<string, Map<string, number[]>>()
  for (const { test_name, metrics } of results ?? [])
    for (const [name, value] of flattenNumbers(metrics)) {
      const own = values.get(test_name ?? '') ?? new Map<string, number[]>()
      values.set(test_name ?? '', own.set(name, [...(own.get(name) ?? []), value]))
    }
  const words = [...values].flatMap(([benchmark, found]) => {
    const name = [...(own(MAIN_METRICS, benchmark) ?? []), ...ANY_MAIN_METRIC].find((one) => found.has(one))
    if (name === undefined) return []
    const metric = { name, value: mean(found.get(name) ?? []), unit: metricInfo(name).unit ?? '' }
    return [`${values.size > 1 ? `${benchmark} ` : ''}${metricWords(metric)}`]
  })
  return words.length > 0 ? `: ${words.join(', ')}` : ''
}

import { own } from '../../../lib/own.ts'
import type { Benchmark, ImportedRun, Importer } from './importer.ts'
import { requestOf } from './ollama.ts'
import { count, defined, type Json } from './values.ts'

/** What `ollama run --verbose` prints after each answer. */
export const ollamaVerbose: Importer = {
  format: 'ollama-verbose',
  tool: 'ollama',
  looksFor: 'lines "eval count: … token(s)" and "eval duration: …" (ollama run --verbose)',
  detect: ({ text }) =>
    text !== undefined && /^eval count:\s+\d+ token/m.test(text) && /^eval duration:\s/m.test(text),
  read: ({ text = '' }) => [runOf(text)],
}

const LINE =
  /^(total duration|load duration|prompt eval count|prompt eval duration|eval count|eval duration):[ \t]+(\S+)/gm

/** Nanoseconds in each unit of Go's durations. */
const UNITS: Readonly<Record<string, number>> = {
  h: 3.6e12,
  m: 6e10,
  s: 1e9,
  ms: 1e6,
  µs: 1e3,
  μs: 1e3,
  us: 1e3,
  ns: 1,
}

/** What is longer is no duration. */
const DURATION_MAX = 100

/** `1m2.3s`, `510.2ms` in nanoseconds; undefined for what is none. */
function goDuration(text: string): number | undefined {
  if (text.length > DURATION_MAX || !/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|µs|μs|us|ns))+$/.test(text))
    return undefined
  let ns = 0
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|µs|μs|us|ns)/g))
    ns += Number(amount) * (own(UNITS, unit) ?? Number.NaN)
  return ns
}

/** Each answer is a repetition: it ends where a line comes again. The words of the answers are not kept. */
function runOf(text: string): ImportedRun {
  const answers: Json[] = []
  for (const [, label = '', value = ''] of text.matchAll(LINE)) {
    const name = label.replaceAll(' ', '_')
    const last = answers.at(-1)
    const read = label.endsWith('count') ? count(value) : goDuration(value)
    if (last && !(name in last)) last[name] = read
    else answers.push({ [name]: read })
  }
  const measured = answers.slice(0, 500).map((answer) => defined(answer) as Json)
  return {
    engine: 'ollama',
    results: measured.map((answer, i): Benchmark => ({ ...requestOf(answer), run_number: i + 1 })),
    options: { mode: 'synchronous', concurrency: 1 },
    original: measured,
  }
}

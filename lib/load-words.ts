type Options = Readonly<Record<string, unknown>>

/** The options that say how requests are sent, the most telling first. */
const LOAD = ['concurrency', 'rate', 'mode', 'requests', 'seconds', 'input_tokens', 'output_tokens', 'runs']

const pair = (name: string, value: unknown): string[] =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean'
    ? [`${name.replaceAll('_', ' ')} ${value}`]
    : []

/** The load of a measurement, without its other options: `concurrency 4, requests 20`. */
export const loadWords = (options: Options): string =>
  LOAD.flatMap((name) => pair(name, options[name])).join(', ')

/** Options in words, the load first: `rate 4, requests 20, seed 7`; lists and objects are left out. */
export const optionWords = (options: Options): string =>
  [...LOAD, ...Object.keys(options).filter((name) => !LOAD.includes(name))]
    .flatMap((name) => pair(name, options[name]))
    .join(', ')

type Asked = { benchmark: string; suite_name: string; options?: unknown }

/** The benchmark that runs: a load mode among the options makes `throughput`, the default of the quick suite, `load`. */
export function benchmarkThatRuns({ benchmark, suite_name, options }: Asked): string {
  const { mode } = (options ?? {}) as Options
  return suite_name === 'quick' && benchmark === 'throughput' && mode ? 'load' : benchmark
}

/** A benchmark with its load: `load, concurrency 4`. */
export const benchmarkWords = (benchmark: string, load: string): string =>
  load === '' ? benchmark : `${benchmark}, ${load}`

/** The options in which runs differ; all of them where they do not differ. */
export function telling(all: readonly Options[]): (options: Options) => Options {
  const names = new Set(all.flatMap((options) => Object.keys(options)))
  const isSame = (name: string) => new Set(all.map((options) => JSON.stringify(options[name]))).size === 1
  const differ = [...names].filter((name) => !isSame(name))
  return (options) =>
    differ.length === 0 ? options : Object.fromEntries(differ.map((name) => [name, options[name]]))
}

/** A load in a word or two, as it ran: `4 at once`, `2 requests/s`, `sweep`; empty where it is not known. */
export function loadShort(options: Options): string {
  const { mode, concurrency, rate } = options
  if (mode === 'sweep' || mode === 'throughput') return mode
  if (typeof rate === 'number' && hasRate(options)) return `${rate} requests/s`
  if (mode === 'synchronous') return '1 at once'
  return typeof concurrency === 'number' ? `${concurrency} at once` : ''
}

/** KITT sends at a rate in its two modes alone. It always says how many may be in flight; another tool may have no mode. */
const hasRate = ({ mode, max_concurrency }: Options) =>
  mode === undefined ? max_concurrency === undefined : mode !== 'synchronous' && mode !== 'concurrent'

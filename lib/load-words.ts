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

/** A load in a word or two: `4 at once`, `2 requests/s`, `sweep`; empty where it is not known. */
export function loadShort({ mode, concurrency, rate }: Options): string {
  if (mode === 'sweep' || mode === 'throughput') return mode
  if (typeof rate === 'number') return `${rate} requests/s`
  return typeof concurrency === 'number' ? `${concurrency} at once` : ''
}

import type { BenchOptions } from '../options.ts'

/** One word of a POSIX shell, quoted where it must be. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** The `kitt run` line that measures the same again. The key is not part of it: it comes from the environment. */
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
  return `kitt run ${flags.map(([flag, value]) => `${flag} ${shellQuote(value)}`).join(' ')}`
}

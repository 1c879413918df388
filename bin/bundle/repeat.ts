import { BenchmarkName, BenchOptions, SuiteName } from '../../agent/bench/options.ts'
import { type Json, object } from '../../lib/loose.ts'
import { shellWord } from '../../lib/shell.ts'

/** How to measure the same again: the arguments of `kitt run` but its address, its options, and its prompts. */
export type Repeat = {
  args: string[]
  options: Json
  prompts: string[] | undefined
  /** The drawn seed, which gives the very same prompts. */
  seed: number | undefined
}

/** @returns undefined where the document does not say how it was measured */
export function repeatOf(document: Json): Repeat | undefined {
  const config = object(document['config'])
  const known = Object.entries(object(config['options'])).filter(
    // The values of headers are in no result.
    ([name, value]) => name in BenchOptions.shape && name !== 'headers' && value !== null,
  )
  const given = BenchOptions.safeParse(Object.fromEntries(known))
  if (!given.success || known.length === 0) return undefined
  const { prompts, seed, ...options } = given.data
  const suite = SuiteName.safeParse(config['suite'])
  const benchmarks = BenchmarkName.array().min(1).safeParse(config['benchmarks'])
  const isRandom = config['seed'] !== 'given'
  return {
    args: [
      ...['--model', String(document['model'])],
      ...['--engine', String(document['engine'])],
      ...(suite.success ? ['--suite', suite.data] : []),
      ...['--benchmarks', benchmarks.success ? benchmarks.data.join(',') : 'load'],
    ],
    options: isRandom || seed === undefined ? options : { ...options, seed },
    prompts,
    seed: isRandom ? seed : undefined,
  }
}

/** The command as one line. */
export const commandLine = ({ args, options, prompts }: Repeat, url: string): string =>
  [
    'kitt run --url',
    url,
    ...args.map(shellWord),
    '--options',
    shellWord(JSON.stringify(options)),
    ...(prompts ? ['--prompts prompts.json'] : []),
  ].join(' ')

/** The script that runs it: the address of an engine, then any further options of `kitt run`. */
export const scriptOf = ({ args, prompts }: Repeat): string => `#!/bin/sh
# Measures an engine as the result of this bundle was measured.
# Usage: ./run.sh http://localhost:8000 [options of "kitt run", such as --report --server URL]
set -eu
url="\${1:?the address of the engine is missing, such as http://localhost:8000}"
shift
here="$(cd "$(dirname "$0")" && pwd)"
exec \${KITT:-kitt} run --url "$url" ${args.map(shellWord).join(' ')} \\
  --options "$(cat "$here/options.json")"${prompts ? ' \\\n  --prompts "$here/prompts.json"' : ''} "$@"
`

import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { BenchmarkName, BenchOptions, LoadMode, SuiteName } from '../../agent/bench/options.ts'
import { promptsOfFile } from '../../agent/bench/prompts.ts'
import { optionError, unusedOption } from '../../app/quicktests/option-words.ts'
import { amount, several, wholeNumber } from '../terminal/command.ts'
import { UsageError } from '../terminal/output.ts'
import { addRequestFlags } from './request-flags.ts'

/** The flags of a measurement, by the names of commander. */
export type MeasureFlags = Record<string, unknown> & { suite: SuiteName; benchmarks?: BenchmarkName[] }

type Flag = [name: string, description: string, parse: (text: string) => unknown]

const from0 = (text: string) => (text === '0' ? 0 : wholeNumber(text))
const FLAGS: Flag[] = [
  ['--concurrency <n>', 'requests in flight, without a mode or in the mode concurrent (1)', wholeNumber],
  [
    '--max-concurrency <n>',
    'most requests in flight in the modes constant, poisson, throughput, sweep (256)',
    wholeNumber,
  ],
  ['--rate <n>', 'requests per second of the modes constant and poisson: needs one of them', amount],
  ['--sweep-points <n>', 'rates between the ends of a sweep (5): needs the mode sweep', wholeNumber],
  ['--requests <n>', 'stop after this many requests', wholeNumber],
  ['--seconds <n>', 'stop sending after this many seconds', amount],
  ['--max-error-rate <share>', 'stop, and fail, above this share of failed requests, 0 to 1 (0.05)', amount],
  ['--input-tokens <n>', 'length of the synthetic prompts', wholeNumber],
  ['--output-tokens <n>', 'length of the answers', wholeNumber],
  ['--warmup <n>', 'warm-up requests that are not counted', from0],
  ['--runs <n>', 'how often to repeat the measurement', wholeNumber],
  ['--seed <n>', 'seed of prompts and arrivals (default: random, recorded in the result)', from0],
  ['--timeout-s <s>', 'timeout of a request in seconds (300)', amount],
  ['--gpu-count <n>', 'number of GPUs of the engine, for tokens per second per GPU', wholeNumber],
]

/** Adds every option of a measurement. */
export function addMeasureOptions(command: Command): Command {
  command
    .addOption(new Option('--suite <name>', 'what to measure').choices(SuiteName.options).default('quick'))
    .option(
      '--benchmarks <a,b>',
      `instead of those of the suite: ${BenchmarkName.options.join(', ')}`,
      benchmarkList,
    )
    .addOption(new Option('--mode <mode>', 'load mode of the benchmark load').choices(LoadMode.options))
  for (const [flags, description, parse] of FLAGS) command.option(flags, description, parse)
  return addRequestFlags(command)
    .option('--slo <name=ms>', 'an objective for goodput: ttft_ms, tpot_ms, e2e_latency_ms', several)
    .option(
      '--prompts <file>',
      'a file of prompts: one per line, a JSON list, or JSON lines with "prompt" or "messages"',
      promptsOf,
    )
    .addOption(
      new Option('--endpoint <kind>', 'chat (default) or completions').choices(['chat', 'completions']),
    )
    .option('--extra-body <json>', 'additional fields of every request, such as {"ignore_eos":true}', json)
    .option('--options <json>', 'all of these as JSON, as in the config of a result; flags override it', json)
}

/** The given options; flags override `--options`. @throws UsageError for an invalid value, or a flag that the mode does not use */
export function benchOptions(flags: MeasureFlags): BenchOptions {
  const named = Object.keys(BenchOptions.shape).flatMap((key) => {
    const value = flags[key === 'headers' ? 'header' : camel(key)]
    return value === undefined ? [] : [[key, key === 'slo' ? objectives(value as string[]) : value]]
  })
  const flagged = Object.fromEntries(named)
  const whole = (flags['options'] ?? {}) as object
  const given = BenchOptions.safeParse({ ...whole, ...flagged })
  if (given.success) {
    // What `--options` has beside the flags may be of a result, which has every option.
    const unused = unusedOption({ ...flagged, mode: given.data.mode }, flagOf)
    if (unused) throw new UsageError(unused)
    return given.data
  }
  const source = (key: string) => (key in flagged || !(key in whole) ? flagOf(key) : `--options: ${key}`)
  throw new UsageError(optionError(given.error.issues, source, '--options'))
}

/** The flag of a setting; a repeatable flag is in the singular. */
const flagOf = (key: string) => `--${key === 'headers' ? 'header' : key.replaceAll('_', '-')}`

const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

const objectives = (pairs: string[]) =>
  Object.fromEntries(
    pairs.flatMap((pair) => pair.split(',')).map((pair) => [pair.split('=')[0], Number(pair.split('=')[1])]),
  )

function benchmarkList(text: string): BenchmarkName[] {
  const names = z.array(BenchmarkName).min(1).safeParse(text.split(',').filter(Boolean))
  if (names.success) return names.data
  throw new InvalidArgumentError(`Allowed values: ${BenchmarkName.options.join(', ')}.`)
}

function json(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // Reported below, as for JSON that is no object.
  }
  throw new InvalidArgumentError('It must be a JSON object.')
}

function promptsOf(file: string): string[] {
  const text = readPrompts(file)
  try {
    return promptsOfFile(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}

function readPrompts(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new InvalidArgumentError(`The file ${file} cannot be read.`)
  }
}

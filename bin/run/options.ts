import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { BenchmarkName, BenchOptions, LoadMode, SuiteName } from '../../agent/bench/options.ts'
import { promptsOfFile } from '../../agent/bench/prompts.ts'
import { several } from '../terminal/command.ts'
import { optionError } from '../terminal/option-error.ts'
import { UsageError } from '../terminal/output.ts'
import { amount, wholeNumber } from '../terminal/values.ts'
import { addRequestFlags } from './request-flags.ts'

/** What was read of the flags that say what to measure, by the names of commander. */
export type MeasureFlags = Record<string, unknown> & { suite: SuiteName; benchmarks?: BenchmarkName[] }

type Flag = [name: string, description: string, parse: (text: string) => unknown]

const from0 = (text: string) => (text === '0' ? 0 : wholeNumber(text))
const FLAGS: Flag[] = [
  ['--concurrency <n>', 'requests always in flight, in the mode concurrent', wholeNumber],
  ['--max-concurrency <n>', 'the most requests in flight, in the other modes (256)', wholeNumber],
  ['--rate <n>', 'requests per second of the modes constant and poisson', amount],
  ['--sweep-points <n>', 'rates between the two ends of a sweep (5)', wholeNumber],
  ['--requests <n>', 'stop after so many requests', wholeNumber],
  ['--seconds <n>', 'stop sending after so many seconds', amount],
  ['--max-error-rate <share>', 'stop, and fail, above this share of failed requests, 0 to 1 (0.05)', amount],
  ['--input-tokens <n>', 'length of the synthetic prompts', wholeNumber],
  ['--output-tokens <n>', 'length of the answers', wholeNumber],
  ['--warmup <n>', 'requests before those that count', from0],
  ['--runs <n>', 'how often to repeat it all', wholeNumber],
  ['--seed <n>', 'of prompts and arrivals; a random one is taken, and kept in the result', from0],
  ['--timeout-s <s>', 'when a request has failed (300)', amount],
  ['--gpu-count <n>', 'GPUs of the engine, for tokens per second per GPU', wholeNumber],
]

/** Adds every option of a measurement. */
export function addMeasureOptions(command: Command): Command {
  command
    .addOption(new Option('--suite <name>', 'what to measure').choices(SuiteName.options).default('quick'))
    .option(
      '--benchmarks <a,b>',
      `instead of the suite's own: ${BenchmarkName.options.join(', ')}`,
      benchmarkList,
    )
    .addOption(new Option('--mode <mode>', 'load mode of the benchmark load').choices(LoadMode.options))
  for (const [flags, description, parse] of FLAGS) command.option(flags, description, parse)
  return addRequestFlags(command)
    .option('--slo <name=ms>', 'an objective of the goodput: ttft_ms, tpot_ms, e2e_latency_ms', several)
    .option(
      '--prompts <file>',
      'prompts of your own: one per line, a JSON list, or JSON lines with "prompt" or "messages"',
      promptsOf,
    )
    .addOption(
      new Option('--endpoint <kind>', 'chat (default) or completions').choices(['chat', 'completions']),
    )
    .option('--extra-body <json>', 'more fields of every request, such as {"ignore_eos":true}', json)
    .option('--options <json>', 'all of these as JSON, as the config of a result holds them; flags win', json)
}

/** The options that were given, the flags over `--options`. @throws UsageError naming what is wrong */
export function benchOptions(flags: MeasureFlags): BenchOptions {
  const named = Object.keys(BenchOptions.shape).flatMap((key) => {
    const value = flags[key === 'headers' ? 'header' : camel(key)]
    return value === undefined ? [] : [[key, key === 'slo' ? objectives(value as string[]) : value]]
  })
  const flagged = Object.fromEntries(named)
  const whole = (flags['options'] ?? {}) as object
  const given = BenchOptions.safeParse({ ...whole, ...flagged })
  if (given.success) return given.data
  const source = (key: string) => (key in flagged || !(key in whole) ? flagOf(key) : `--options: ${key}`)
  throw new UsageError(optionError(given.error.issues, source, '--options'))
}

/** The flag of a setting; those that are given several times have the singular. */
const flagOf = (key: string) => `--${key === 'headers' ? 'header' : key.replaceAll('_', '-')}`

const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

const objectives = (pairs: string[]) =>
  Object.fromEntries(
    pairs.flatMap((pair) => pair.split(',')).map((pair) => [pair.split('=')[0], Number(pair.split('=')[1])]),
  )

function benchmarkList(text: string): BenchmarkName[] {
  const names = z.array(BenchmarkName).min(1).safeParse(text.split(',').filter(Boolean))
  if (names.success) return names.data
  throw new InvalidArgumentError(`They must be of ${BenchmarkName.options.join(', ')}.`)
}

function json(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {
    // Said below, as of what is JSON and no object.
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

import { type Command, InvalidArgumentError } from 'commander'
import type { FailurePlan, SimulatorOptions } from '../../agent/bench/simulator/options.ts'
import { createSimulator } from '../../agent/bench/simulator/simulator.ts'
import { readSlowdown, type Slowdown } from '../../agent/bench/simulator/slow.ts'
import { listen } from '../../app/server/listen.ts'
import { amount, command, wholeNumber } from '../terminal/command.ts'
import { printJson, printLines } from '../terminal/output.ts'
import { stopSignal } from '../terminal/process.ts'

type Options = {
  host: string
  port: number
  model: string
  ttft: number
  tpot: number
  jitter: number
  seed: number
  tokens: number
  stopAfter?: number
  limit?: number
  cached?: number
  usage: boolean
  slow?: Slowdown
  engineVersion?: string
  fail?: FailurePlan[]
  json?: boolean
}

const LOOPBACK = '127.0.0.1'
const KINDS = ['http_500', 'stall', 'close', 'reset', 'bad_json'] as const
// Slow tokens take long, and clients reuse idle connections.
const TIMEOUTS = { headersMs: 60_000, requestMs: 250_000, idleMs: 75_000 }

/** `kitt simulate`: an OpenAI-compatible engine without a GPU, with known times. */
export const simulateCommand = (): Command =>
  command('simulate', 'Serve a simulated, OpenAI-compatible engine, to try KITT and check its numbers.', [
    'kitt simulate                                  http://127.0.0.1:8000',
    'kitt simulate --ttft 50 --tpot 10 --jitter 0.1 --port 8001',
    'kitt simulate --fail 10:http_500 --fail 25:stall',
    'kitt simulate --slow 8%@2026-12-01T00:00:00Z   8 % slower from then on: a regression to be found',
  ])
    .option('--ttft <ms>', 'time to the first token', amount, 50)
    .option('--tpot <ms>', 'time from one token to the next', amount, 10)
    .option('--jitter <share>', 'vary every interval by up to this share (0..1)', share, 0)
    .option('--seed <n>', 'seed of the jitter and the words', wholeNumber, 1)
    .option('--model <name>', 'the model name it serves; requests may use any', 'simulated')
    .option('--tokens <n>', 'length of a response if the request gives none', wholeNumber, 64)
    .option('--stop-after <n>', 'end every response here, even if more was requested', wholeNumber)
    .option('--limit <n>', 'requests served at full speed; more slow the tokens down', wholeNumber)
    .option('--cached <n>', 'prompt tokens reported as cached', wholeNumber)
    .option('--no-usage', 'report no token counts')
    .option('--fail <every:kind[:tokens]>', `fail every nth request: ${KINDS.join(', ')}`, failures)
    .option(
      '--slow <share[@time]>',
      'be slower by this share of its speed, from a time on: 8%, 8%@<time>',
      slowdown,
    )
    .option('--engine-version <version>', 'the version that it reports')
    .option('--host <address>', 'where it listens', LOOPBACK)
    .option('--port <port>', 'its port; 0 takes a free one', port, 8000)
    .option('--json', 'print {"url","model"} when it is ready')
    .action(simulate)

async function simulate({ host, port, json, ...options }: Options) {
  const simulator = createSimulator(simulatorOptions(options))
  const { url, close } = await listen({
    fetch: (request) => simulator.fetch(request),
    host,
    port,
    timeouts: TIMEOUTS,
  })
  if (json) printJson({ url, model: options.model })
  else printLines(greeting(url, options))
  await stopSignal()
  await close(1000)
}

const simulatorOptions = (options: Omit<Options, 'host' | 'port' | 'json'>): SimulatorOptions => ({
  model: options.model,
  ttftMs: options.ttft,
  tpotMs: options.tpot,
  jitter: options.jitter,
  seed: options.seed,
  defaultTokens: options.tokens,
  sendUsage: options.usage,
  ...(options.stopAfter === undefined ? {} : { stopAfter: options.stopAfter }),
  ...(options.limit === undefined ? {} : { concurrencyLimit: options.limit }),
  ...(options.cached === undefined ? {} : { cachedTokens: options.cached }),
  ...(options.slow === undefined ? {} : { slow: options.slow }),
  ...(options.engineVersion === undefined ? {} : { version: options.engineVersion }),
  ...(options.fail === undefined ? {} : { failures: options.fail }),
})

/** `10:stall:5`: every tenth request stalls after five tokens. */
function failures(text: string, before: FailurePlan[] = []): FailurePlan[] {
  const [every = '', kind = '', tokens] = text.split(':')
  const known = KINDS.find((one) => one === kind)
  if (!known) throw new InvalidArgumentError(`It must be like 10:http_500; kinds: ${KINDS.join(', ')}.`)
  const afterTokens = tokens === undefined ? {} : { afterTokens: wholeNumber(tokens) }
  return [...before, { every: wholeNumber(every), kind: known, ...afterTokens }]
}

function slowdown(text: string): Slowdown {
  const slow = readSlowdown(text)
  if (!slow) throw new InvalidArgumentError('It must be like 8% or 8%@2026-12-01T00:00:00Z.')
  return slow
}

function share(text: string): number {
  const value = amount(text)
  if (value > 1) throw new InvalidArgumentError('It must be from 0 to 1.')
  return value
}

function port(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('It must be from 0 to 65535.')
  return value
}

const greeting = (
  url: string,
  { model, ttft, tpot, jitter }: Pick<Options, 'model' | 'ttft' | 'tpot' | 'jitter'>,
) =>
  [
    `A simulated engine is at ${url}: "${model}", TTFT ${ttft} ms, TPOT ${tpot} ms, jitter ${jitter}`,
    '  Its responses, and results measured on it, are marked as simulated.',
    '',
    'Next, in another shell:',
    `  kitt run --url ${url} --model ${model} --suite quick`,
    'Stop with Ctrl-C.',
  ].join('\n')

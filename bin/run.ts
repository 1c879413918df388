import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { ResultDocument } from '../agent/bench/document.ts'
import type { GpuSampler } from '../agent/bench/gpu.ts'
import type { BenchOptions } from '../agent/bench/options.ts'
import { engineRoot } from '../agent/bench/request/address.ts'
import { thisProgram } from '../agent/bench/request/threads.ts'
import { runSuite } from '../agent/bench/suites.ts'
import { isThisHost } from '../agent/engines/endpoint.ts'
import { endpointEnvironment } from '../agent/engines/environment.ts'
import { urlGpus } from '../agent/engines/gpu-users.ts'
import { detectHardware, gpuSampler, systemInfoOf, thisMachine, withoutGpus } from '../agent/hardware.ts'
import type { Client } from '../app/client.ts'
import { kittHome } from '../app/server/home.ts'
import packageJson from '../package.json' with { type: 'json' }
import { clientCommand } from './command.ts'
import { type ConnectOptions, connect } from './connect.ts'
import { CommandFailed, print, printJson, say } from './output.ts'
import { createLive } from './run-live.ts'
import { addMeasureOptions, benchOptions, type MeasureFlags } from './run-options.ts'
import { runTable } from './run-table.ts'

type Options = ConnectOptions &
  MeasureFlags & {
    url: string
    model: string
    engine: string
    engineVersion?: string
    resultsDir: string
    report?: boolean
    json?: boolean
  }

/** `kitt run`: the measurement of the agents, by hand, against an engine that runs already. */
export const runCommand = (): Command =>
  addMeasureOptions(
    clientCommand('run', 'Measure a running, OpenAI-compatible engine.', [
      'kitt run --url http://localhost:8000 --model Qwen/Qwen2.5-7B-Instruct',
      'kitt run --url http://localhost:8000 --model m --mode sweep --requests 50',
      'kitt run --url http://localhost:8000 --model m --mode poisson --rate 4 --seconds 60 --slo ttft_ms=300',
      'kitt run --url http://localhost:8000 --model m --suite performance --report --server https://gpu-lab:8080',
    ])
      .requiredOption('--url <url>', 'the engine; its key comes from KITT_API_KEY')
      .requiredOption('--model <name>', 'the model, as the engine names it')
      .option('--engine <name>', 'what the engine is, in the result: vllm, llama_cpp, …', 'openai')
      .option('--engine-version <version>', 'its version, in the result'),
  )
    .option('--results-dir <folder>', 'where the result is written', 'kitt-results')
    .option('--report', 'send the result to a server too')
    .action(run)

async function run(options: Options) {
  const given = benchOptions(options)
  const client = options.report ? connect(options).client : undefined
  const document = await measure(options, given)
  const file = writeResult(options.resultsDir, document)
  if (options.json) printJson(document)
  else print(`\n${runTable(document)}`)
  say(`Result: ${file}`)
  if (client) await report(client, document, file)
  if (!document.passed) throw new CommandFailed(firstError(document))
}

async function measure(options: Options, given: ReturnType<typeof benchOptions>): Promise<ResultDocument> {
  const stop = new AbortController()
  const onSignal = () => stop.abort(new CommandFailed('Stopped; nothing was written.'))
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const live = createLive()
  let gpu: GpuSampler | undefined
  try {
    const environment = await environmentAt(options, given.headers, stop.signal)
    const about = await aboutHost(options.url)
    gpu = about.gpu
    return await runSuite({
      ...about,
      baseUrl: options.url,
      program: thisProgram(),
      apiKey: process.env['KITT_API_KEY'] || undefined,
      model: options.model,
      engine: options.engine,
      engineVersion: environment?.version ?? null,
      environment,
      suite: options.suite,
      benchmarks: options.benchmarks,
      options: given,
      kittVersion: packageJson.version,
      signal: stop.signal,
      // Warnings stand below the table.
      onLog: (line) => line.startsWith('warning ') || live.log(line),
      onProgress: live.progress,
    })
  } finally {
    gpu?.close()
    live.end()
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

/** What is known of the hardware; the GPUs of an engine elsewhere are not this host's. */
async function aboutHost(url: string) {
  const machine = thisMachine()
  const hardware = await detectHardware(machine, kittHome(), '.')
  if (!URL.canParse(url) || !isThisHost(url))
    return { systemInfo: withoutGpus(systemInfoOf(hardware)), gpu: undefined }
  const used = (await urlGpus(machine.env, url, hardware.gpus)) ?? undefined
  return { systemInfo: systemInfoOf(hardware, used), gpu: gpuSampler(machine, hardware, used) }
}

/** What the engine tells of itself; an address that cannot be asked is refused by the measurement. */
async function environmentAt(
  { url, engine, model, engineVersion }: Options,
  headers: BenchOptions['headers'],
  signal: AbortSignal,
) {
  const { protocol, username, password } = URL.canParse(url) ? new URL(url) : { protocol: '' }
  if (!/^https?:$/.test(protocol) || username || password) return null
  const apiKey = process.env['KITT_API_KEY'] || undefined
  const version = engineVersion ?? null
  return endpointEnvironment({ root: engineRoot(url), engine, model, apiKey, version, headers, signal })
}

/** Writes `<folder>/<model>/<engine>/<time>/metrics.json`. @returns its path */
function writeResult(folder: string, document: ResultDocument): string {
  const { model, engine, timestamp } = document
  const path = join(folder, fileName(model), fileName(engine), timestamp.replace(/[:.]/g, '-'))
  try {
    mkdirSync(path, { recursive: true })
    writeFileSync(join(path, 'metrics.json'), `${JSON.stringify(document, null, 2)}\n`)
  } catch (error) {
    throw new CommandFailed(
      `The result cannot be written into ${path}: ${(error as NodeJS.ErrnoException).code}.`,
    )
  }
  return join(path, 'metrics.json')
}

/** A name as one part of a path. */
const fileName = (name: string) =>
  name
    .replaceAll('/', '--')
    .replace(/[^\w.@+-]/g, '_')
    .replace(/^\.+/, '_')

async function report(client: Client, document: ResultDocument, file: string) {
  try {
    const { id } = await (await client.api.v1.results.import.$post({ json: document as never })).json()
    say(`Reported as ${id}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailed(`It was not reported: ${reason} Send it again with: kitt results import ${file}`)
  }
}

const firstError = ({ results, passed_count, total_benchmarks }: ResultDocument) => {
  const error = results.flatMap(({ errors }) => errors)[0]
  return `${passed_count} of ${total_benchmarks} benchmarks passed${error ? `: ${error}` : '.'}`
}

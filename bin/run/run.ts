import type { Command } from 'commander'
import type { GpuSampler } from '../../agent/bench/gpu/gpu.ts'
import type { BenchOptions } from '../../agent/bench/options.ts'
import { type MeasuredDocument, NoAnswer } from '../../agent/bench/report/document.ts'
import { engineAddress } from '../../agent/bench/request/address.ts'
import { runSuite } from '../../agent/bench/suites/suites.ts'
import { isThisHost } from '../../agent/engines/endpoint.ts'
import { endpointEnvironment } from '../../agent/engines/environment.ts'
import { urlGpus } from '../../agent/engines/gpu-users.ts'
import {
  detectHardware,
  gpuSampler,
  systemInfoOf,
  thisMachine,
  withoutGpus,
} from '../../agent/hardware/hardware.ts'
import type { Client } from '../../app/client/client.ts'
import { kittHome } from '../../app/server/home.ts'
import { thisProgram } from '../../lib/this-program.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { type ConnectOptions, connect } from '../connection/connect.ts'
import { clientCommand } from '../terminal/command.ts'
import { CommandFailed, printJson, printTable, say, UsageError } from '../terminal/output.ts'
import { onlyModel } from './engine-models.ts'
import { interruptible } from './interrupt.ts'
import { createLive } from './live.ts'
import { addMeasureOptions, benchOptions, type MeasureFlags } from './options.ts'
import { engineKey } from './request-flags.ts'
import { openResultFolder, type ResultFolder } from './result-folder.ts'
import { runTable } from './table.ts'

type Options = ConnectOptions &
  MeasureFlags & {
    url: string
    model?: string
    engine: string
    engineVersion?: string
    apiKeyEnv?: string
    resultsDir: string
    report?: boolean
    json?: boolean
  }

/** The checked options. */
type Asked = Options & { model: string; apiKey: string | undefined; given: BenchOptions }

const EXIT_CODES = `
Ctrl-C stops the run and keeps the requests measured so far; a second one ends it at once.
Exit codes: 0 measured and passed, 1 failed, 2 used wrongly, 130 interrupted.`

/** `kitt run`: measures a running engine as an agent does. */
export const runCommand = (): Command =>
  addMeasureOptions(
    clientCommand('run', 'Measure a running, OpenAI-compatible engine.', [
      'kitt run --url http://localhost:8000',
      'kitt run --url http://localhost:8000 --model m --mode sweep --requests 50',
      'kitt run --url http://localhost:8000 --model m --mode poisson --rate 4 --seconds 60 --slo ttft_ms=300',
      'kitt run --url https://gateway.example/v1 --model m --api-key-env GATEWAY_KEY --header "X-Team: lab"',
      'kitt run --url http://localhost:8000 --model m --suite performance --report --server https://gpu-lab:8080',
    ])
      .requiredOption('--url <url>', 'the address of the engine, with or without a path')
      .option('--model <name>', "the engine's name of the model; optional if it serves only one")
      .option('--engine <name>', 'the engine to record in the result: vllm, llama_cpp, …', 'openai')
      .option('--engine-version <version>', 'its version to record in the result'),
  )
    .option('--results-dir <folder>', 'where to write the result', 'kitt-results')
    .option('--report', 'also send the result to a server')
    .addHelpText('after', EXIT_CODES)
    .action(run)

async function run(options: Options) {
  const given = benchOptions(options)
  requireAddress(options.url)
  const apiKey = engineKey(options.apiKeyEnv)
  const client = options.report ? connect(options).client : undefined
  const folder = openResultFolder(options.resultsDir)
  try {
    const model = options.model ?? (await onlyModel(options.url, headersOf(given, apiKey)))
    const { document, code } = await measure({ ...options, model, apiKey, given })
    if (document.results.length === 0) say('Stopped before a request was measured; nothing was written.')
    else await deliver(document, folder, client, options.json)
    if (code !== undefined) process.exitCode = code
    else if (!document.passed) throw new CommandFailed(firstError(document))
  } finally {
    folder.release()
  }
}

/** @throws UsageError */
function requireAddress(url: string) {
  try {
    engineAddress(url)
  } catch (error) {
    throw new UsageError(`--url: ${(error as Error).message}`)
  }
}

const headersOf = ({ headers }: BenchOptions, apiKey: string | undefined): Record<string, string> => ({
  ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
  ...headers,
})

/** @returns the document, and the exit code if a signal interrupted the measurement */
async function measure({ apiKey, given, ...options }: Asked) {
  const stop = interruptible()
  const live = createLive()
  let gpu: GpuSampler | undefined
  try {
    const [environment, about] = await Promise.all([
      environmentAt({ ...options, apiKey, given }, stop.signal),
      aboutHost(options.url),
    ])
    gpu = about.gpu
    const document = await runSuite({
      ...about,
      baseUrl: options.url,
      program: thisProgram(),
      apiKey,
      model: options.model,
      engine: options.engine,
      engineVersion: environment?.version ?? null,
      environment,
      suite: options.suite,
      benchmarks: options.benchmarks,
      options: given,
      kittVersion: packageJson.version,
      signal: stop.signal,
      // Warnings are printed below the table.
      onLog: (line) => line.startsWith('warning ') || live.log(line),
      onProgress: live.progress,
    })
    return { document, code: stop.code() }
  } catch (error) {
    throw error instanceof NoAnswer ? new CommandFailed(error.message) : error
  } finally {
    gpu?.close()
    live.end()
    stop.dispose()
  }
}

/** The hardware of this host; without its GPUs if the engine runs on another host. */
async function aboutHost(url: string) {
  const machine = thisMachine()
  const hardware = await detectHardware(machine, kittHome(), '.')
  if (!URL.canParse(url) || !isThisHost(url))
    return { systemInfo: withoutGpus(systemInfoOf(hardware)), gpu: undefined }
  const used = (await urlGpus(machine.env, url, hardware.gpus)) ?? undefined
  return { systemInfo: systemInfoOf(hardware, used), gpu: gpuSampler(machine, hardware, used) }
}

/** What the engine reports about itself. */
function environmentAt({ url, engine, model, engineVersion, apiKey, given }: Asked, signal: AbortSignal) {
  const version = engineVersion ?? null
  const { headers } = given
  const { root, models } = engineAddress(url)
  return endpointEnvironment({ root, models: models.href, engine, model, apiKey, version, headers, signal })
}

/** Writes, prints and reports the document; one failure does not stop the others. @throws CommandFailed */
async function deliver(
  document: MeasuredDocument,
  folder: ResultFolder,
  client: Client | undefined,
  json: boolean | undefined,
) {
  const failures: string[] = []
  let file: string | undefined
  try {
    file = folder.write(document)
  } catch (error) {
    failures.push((error as Error).message)
  }
  if (json) printJson(document)
  else printTable(`\n${runTable(document)}`)
  if (file) say(`Result: ${file}`)
  if (client) failures.push(...(await report(client, document, file)))
  if (failures.length > 0) throw new CommandFailed(failures.join(' '))
}

/** Sends the document to the server. @returns the reasons if it could not be sent */
async function report(
  client: Client,
  document: MeasuredDocument,
  file: string | undefined,
): Promise<string[]> {
  try {
    const { id } = await (await client.api.v1.results.import.$post({ json: document as never })).json()
    say(`Reported as ${id}`)
    return []
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const again = file ? ` Send it again with: kitt results import ${file}` : ''
    return [`The result was not reported: ${reason}${again}`]
  }
}

const firstError = ({ results, passed_count, total_benchmarks }: MeasuredDocument) => {
  const error = results.flatMap(({ errors }) => errors)[0]
  return `${passed_count} of ${total_benchmarks} benchmarks passed${error ? `: ${error}` : '.'}`
}

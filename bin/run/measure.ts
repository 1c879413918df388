import type { Command } from 'commander'
import type { GpuSampler } from '../../agent/bench/gpu/gpu.ts'
import type { BenchOptions } from '../../agent/bench/options.ts'
import { NoAnswer } from '../../agent/bench/report/document.ts'
import { engineAddress } from '../../agent/bench/request/address.ts'
import { runSuite } from '../../agent/bench/suites/suites.ts'
import { isThisHost } from '../../agent/engines/endpoint.ts'
import { ANY_ENGINE, endpointEnvironment } from '../../agent/engines/environment.ts'
import { urlGpus } from '../../agent/engines/gpu-users.ts'
import {
  detectHardware,
  gpuSampler,
  systemInfoOf,
  thisMachine,
  withoutGpus,
} from '../../agent/hardware/hardware.ts'
import { kittHome } from '../../app/server/home.ts'
import { recordedModel } from '../../lib/model-name.ts'
import { thisProgram } from '../../lib/this-program.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { createLive } from '../terminal/live.ts'
import { CommandFailed, UsageError } from '../terminal/output.ts'
import { onlyModel } from './engine-models.ts'
import { interruptible } from './interrupt.ts'
import type { MeasureFlags } from './options.ts'

/** The engine to measure, as the flags name it. */
export type EngineFlags = MeasureFlags & {
  url: string
  model?: string
  engine?: string
  engineVersion?: string
}

/** Adds the options that name the engine, but its address. */
export const addEngineOptions = (command: Command): Command =>
  command
    .option('--model <name>', "the engine's name of the model; optional if it serves only one")
    .option(
      '--engine <name>',
      'the engine to record in the result: vllm, llama_cpp, … (default: what it says it is, else openai)',
    )
    .option('--engine-version <version>', 'its version to record in the result')

/** The checked options. */
export type Asked = EngineFlags & { model: string; apiKey: string | undefined; given: BenchOptions }

/** @throws UsageError */
export function requireAddress(url: string) {
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

/** The model to measure: the one that is named, or the only one of the engine. @throws CommandFailed */
export const modelOf = async ({ url, model }: EngineFlags, given: BenchOptions, apiKey: string | undefined) =>
  model ?? (await onlyModel(url, headersOf(given, apiKey)))

/** @returns the document, and the exit code if a signal interrupted the measurement */
export async function measure({ apiKey, given, ...options }: Asked) {
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
      engine: environment.engine,
      engineVersion: environment.version,
      environment,
      suite: options.suite,
      benchmarks: options.benchmarks,
      options: given,
      kittVersion: packageJson.version,
      signal: stop.signal,
      // Warnings are printed below the table.
      onLog: (line) => /^(warning|note) /.test(line) || live.log(line),
      onProgress: live.progress,
    })
    return { document: { ...document, model: recordedModel(document.model) }, code: stop.code() }
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
function environmentAt(
  { url, engine = ANY_ENGINE, model, engineVersion, apiKey, given }: Asked,
  signal: AbortSignal,
) {
  const version = engineVersion ?? null
  const { headers } = given
  const { root, models } = engineAddress(url)
  return endpointEnvironment({ root, models: models.href, engine, model, apiKey, version, headers, signal })
}

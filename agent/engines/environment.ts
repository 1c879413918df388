import type { EngineMode } from '../../app/engines/registry.ts'
import type { Fetch } from '../bench/request/transport-fetch.ts'
import { type EngineConfig, SECRET } from './config.ts'
import type { ContainerRuntime, ImageFacts } from './image.ts'
import { masked, maskedArgs } from './masked.ts'
import type { ModelFacts } from './model-files.ts'
import { prefixCacheOf } from './prefix-cache.ts'
import { queryEngine, type Reported, reportedQuantization } from './reported.ts'

/** Load times, s. Null when the step did not happen, or not under KITT. */
export type LoadTimes = {
  /** Pulling the image. */
  pull_s: number | null
  /** From start to ready; for Ollama including the model's download and loading. */
  ready_s: number | null
  /** The complete first answer. */
  first_answer_s: number | null
}

/** The launch's part of the environment. */
export type LaunchFacts = {
  /** Program and arguments, with secrets not yet hidden. */
  command: readonly string[] | null
  /** The variables set for it; in results, the values of the engine's own settings alone. */
  env: Readonly<Record<string, string>> | null
  image: ImageFacts | null
  runtime: ContainerRuntime | null
  pull_s: number | null
  /** Start time, of `performance.now()`. */
  started: number | null
}

/** The name of an engine that may be any. */
export const ANY_ENGINE = 'openai'

/** Variables that engines read their settings from: others may hold anything. */
export const OF_ENGINES =
  /^(VLLM|SGLANG|SGL|GGML|LLAMA|OLLAMA|CUDA|NCCL|PYTORCH|TORCH|OMP|TRITON|FLASHINFER|HSA|HIP|MLX)_/

function settingsIn(env: Readonly<Record<string, string>>, config: EngineConfig): Record<string, string> {
  const known = Object.entries(env).filter(([name]) => OF_ENGINES.test(name) && !SECRET.test(name))
  return Object.fromEntries(known.sort().map(([name, value]) => [name, masked(value, config).slice(0, 300)]))
}

/** For an engine that was already running. */
export const NOT_LAUNCHED: LaunchFacts = {
  command: null,
  env: null,
  image: null,
  runtime: null,
  pull_s: null,
  started: null,
}

/** How an engine ran; `environment` in results. Unknown values are null. */
export type EngineEnvironment = {
  /** KITT's name of the engine. Where `openai` was asked for, which may be any: the name that the engine reports. */
  engine: string
  mode: EngineMode
  version: string | null
  command: string[] | null
  /** Names of the variables set for it. */
  env: string[] | null
  /** Values of those that are settings of the engine, such as `VLLM_ATTENTION_BACKEND`, and no secrets. */
  settings: Record<string, string> | null
  gpus: string | number | null
  image: ImageFacts | null
  runtime: ContainerRuntime | null
  model: ModelFacts | null
  quantization: string | null
  prefix_cache: boolean | null
  /** Properties reported by the engine itself. */
  told: Reported | null
  load_times: LoadTimes
}

export type EnvironmentOf = {
  mode: EngineMode
  engine: string
  root: string
  models?: string | undefined
  /** The model's name in requests. */
  served: string
  config: EngineConfig
  version: string | null
  launched: LaunchFacts
  model: ModelFacts | null
  ready_s: number | null
  headers?: Readonly<Record<string, string>> | undefined
  fetch?: Fetch | undefined
  signal?: AbortSignal | undefined
}

/** Builds the environment of a ready engine, querying it for the rest. Never rejects. */
export async function environmentOf(known: EnvironmentOf): Promise<EngineEnvironment> {
  const { mode, engine, root, models, served, config, launched, model, ready_s, headers, fetch, signal } =
    known
  const asked = { root, models, engine, model: served, config, headers, fetch, signal }
  const { engine: said, properties: reported } = await queryEngine(asked)
  const version = known.version ?? (typeof reported['version'] === 'string' ? reported['version'] : null)
  return {
    engine: engine === ANY_ENGINE ? (said ?? engine) : engine,
    mode,
    version,
    command: launched.command && maskedArgs(launched.command, config),
    env: launched.env && Object.keys(launched.env).sort(),
    settings: launched.env && settingsIn(launched.env, config),
    gpus: mode === 'endpoint' ? null : (config.gpus ?? null),
    image: launched.image,
    runtime: launched.runtime,
    model,
    quantization: model?.quantization ?? reportedQuantization(reported),
    prefix_cache: prefixCacheOf(engine, launched.command ?? [], reported),
    told: Object.keys(reported).length > 0 ? reported : null,
    load_times: { pull_s: launched.pull_s, ready_s, first_answer_s: null },
  }
}

/** The environment of a running engine at an address: only what it reports itself. */
export const endpointEnvironment = (at: {
  root: string
  models?: string | undefined
  engine: string
  model: string
  apiKey?: string | undefined
  version?: string | null
  headers?: Readonly<Record<string, string>> | undefined
  fetch?: Fetch | undefined
  signal?: AbortSignal | undefined
}): Promise<EngineEnvironment> =>
  environmentOf({
    mode: 'endpoint',
    engine: at.engine,
    root: at.root,
    models: at.models,
    served: at.model,
    config: at.apiKey ? { api_key: at.apiKey } : {},
    version: at.version ?? null,
    launched: NOT_LAUNCHED,
    model: null,
    ready_s: null,
    headers: at.headers,
    fetch: at.fetch,
    signal: at.signal,
  })

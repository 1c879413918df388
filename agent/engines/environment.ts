import type { EngineMode } from '../../app/engines/registry.ts'
import type { Fetch } from '../bench/request/transport-fetch.ts'
import type { EngineConfig } from './config.ts'
import type { ContainerRuntime, ImageFacts } from './image.ts'
import { maskedArgs } from './masked.ts'
import type { ModelFacts } from './model-files.ts'
import { prefixCacheOf } from './prefix-cache.ts'
import { type Told, toldBy, toldQuantization } from './told.ts'

/** How long it took until an engine could be measured, s. Null = it did not happen, or before KITT was there. */
export type LoadTimes = {
  /** The download of the image, where it was not there yet. */
  pull_s: number | null
  /** From its start until it could be used; of Ollama with the loading, and the download, of the model. */
  ready_s: number | null
  /** The whole first answer after that. */
  first_answer_s: number | null
}

/** What a launch knows of the environment it made. */
export type LaunchFacts = {
  /** Program and arguments as they were started, before secrets are hidden. */
  command: readonly string[] | null
  /** Names of the variables that were set for it. */
  env: readonly string[] | null
  image: ImageFacts | null
  runtime: ContainerRuntime | null
  pull_s: number | null
  /** When it was started, of `performance.now()`. */
  started: number | null
}

/** An engine that ran already. */
export const NOT_LAUNCHED: LaunchFacts = {
  command: null,
  env: null,
  image: null,
  runtime: null,
  pull_s: null,
  started: null,
}

/** All that tells one engine's run from another's; in results as `environment`. What is not known is null. */
export type EngineEnvironment = {
  mode: EngineMode
  version: string | null
  command: string[] | null
  env: string[] | null
  gpus: string | number | null
  image: ImageFacts | null
  runtime: ContainerRuntime | null
  model: ModelFacts | null
  quantization: string | null
  prefix_cache: boolean | null
  /** What the engine told of itself. */
  told: Told | null
  load_times: LoadTimes
}

export type EnvironmentOf = {
  mode: EngineMode
  engine: string
  root: string
  models?: string | undefined
  /** The name its requests carry. */
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

/** Puts together what is known of an engine that is ready, asking it for the rest. Never rejects. */
export async function environmentOf(known: EnvironmentOf): Promise<EngineEnvironment> {
  const { mode, engine, root, models, served, config, launched, model, ready_s, headers, fetch, signal } =
    known
  const told = await toldBy({ root, models, engine, model: served, config, headers, fetch, signal })
  const version = known.version ?? (typeof told['version'] === 'string' ? told['version'] : null)
  return {
    mode,
    version,
    command: launched.command && maskedArgs(launched.command, config),
    env: launched.env && [...new Set(launched.env)].sort(),
    gpus: mode === 'endpoint' ? null : (config.gpus ?? null),
    image: launched.image,
    runtime: launched.runtime,
    model,
    quantization: model?.quantization ?? toldQuantization(told),
    prefix_cache: prefixCacheOf(engine, launched.command ?? [], told),
    told: Object.keys(told).length > 0 ? told : null,
    load_times: { pull_s: launched.pull_s, ready_s, first_answer_s: null },
  }
}

/** The environment of an engine at an address, for who started none: what it tells of itself. */
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

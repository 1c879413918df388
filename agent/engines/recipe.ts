import { bounded } from '../../app/client/client.ts'
import type { EngineName } from '../../app/engines/registry.ts'
import type { EngineConfig } from './config.ts'
import type { EngineModel } from './engine.ts'

/** Where an engine finds its model and is to listen: on this host, or in its container. */
export type Place = {
  /** The path of the model, or its name when the engine fetches it itself. */
  model: string
  /** The name requests carry. */
  name: string
  host: string
  port: number
  /** Arguments of the profile. They come before ours: the last one wins, and ours keep it on loopback. */
  args: readonly string[]
  config: EngineConfig
}

export type ContainerPlan = {
  entrypoint?: string
  args: string[]
  env?: Record<string, string>
  volumes?: string[]
  /** It gets its model in another way than from a mounted folder. */
  unmounted?: true
}
export type ProcessPlan = { command: string; args: string[]; env?: Record<string, string>; cwd?: string }

/** Asks the engine something, at a path of its root or a whole address. Rejects when it does not answer. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>

export type Preparation = {
  ask: Ask
  model: EngineModel
  log(line: string): void
  signal: AbortSignal
}

/** What differs from engine to engine; everything else is in `define.ts`. */
export type Recipe = {
  name: EngineName
  binary: string | null
  pythonPackage?: string
  install: string
  /** Model names the engine resolves itself. */
  byName?: RegExp
  /** The file to load of a model's folder, where the engine takes a file. */
  weights?(path: string): Promise<string>
  /** Answers 200 when the model can be used. */
  readyPath: string
  inContainer?(place: Place): ContainerPlan
  asProcess?(place: Place): ProcessPlan
  /** The name requests must carry, where it is not the one the test was asked for by. */
  requestModel?(place: Place): string
  version(ask: Ask): Promise<string | null>
  /** After it is ready: loads the model. Returns the name requests carry, and what undoes it. */
  prepare?(preparation: Preparation): Promise<{ model: string; undo?: () => Promise<unknown> }>
}

/** A repository id of a model hub: `Qwen/Qwen2.5-7B`. */
export const REPO_ID = /^\w[\w.-]*\/[\w][\w.-]*$/

/** The JSON that an engine tells of itself, in bytes. */
export const JSON_MAX = 1024 * 1024

/** One text field of the JSON at `path`, or null. */
export async function textAt(ask: Ask, path: string, field: string): Promise<string | null> {
  const body = (await bounded(await ask(path), JSON_MAX).json()) as Record<string, unknown>
  const value = body[field]
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : null
}

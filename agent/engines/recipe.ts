import { bounded } from '../../app/client/client.ts'
import type { EngineName } from '../../app/engines/registry.ts'
import type { EngineConfig } from './config.ts'
import type { EngineModel } from './engine.ts'

/** The model and address of an engine, as seen on this host or in its container. */
export type Place = {
  /** The model's path, or its name when the engine downloads it. */
  model: string
  /** The model's name in requests. */
  name: string
  host: string
  port: number
  /** The profile's arguments. KITT's follow and win, so that the engine stays on loopback. */
  args: readonly string[]
  config: EngineConfig
}

export type ContainerPlan = {
  entrypoint?: string
  args: string[]
  env?: Record<string, string>
  volumes?: string[]
  /** The model is not mounted. */
  unmounted?: true
}
export type ProcessPlan = { command: string; args: string[]; env?: Record<string, string>; cwd?: string }

/** Sends a request to the engine, to a path of its root or a full URL. Rejects when it does not answer. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>

export type Preparation = {
  ask: Ask
  model: EngineModel
  log(line: string): void
  signal: AbortSignal
}

/** The properties of one engine; the common part is in `define.ts`. */
export type Recipe = {
  name: EngineName
  binary: string | null
  pythonPackage?: string
  install: string
  /** Model names that the engine downloads itself. */
  byName?: RegExp
  /** The file to load from a model's folder, for engines that take a file. */
  weights?(path: string): Promise<string>
  /** Answers 200 when the model is ready. */
  readyPath: string
  inContainer?(place: Place): ContainerPlan
  asProcess?(place: Place): ProcessPlan
  /** The model's name in requests, if it differs from the test's. */
  requestModel?(place: Place): string
  version(ask: Ask): Promise<string | null>
  /** Loads the model once the engine is ready. @returns the model's name in requests, and an undo function */
  prepare?(preparation: Preparation): Promise<{ model: string; undo?: () => Promise<unknown> }>
}

/** A repository id of a model hub: `Qwen/Qwen2.5-7B`. */
export const REPO_ID = /^\w[\w.-]*\/[\w][\w.-]*$/

/** Limit of an engine's JSON answers, bytes. */
export const JSON_MAX = 1024 * 1024

/** A string field of the JSON at `path`, or null. */
export async function textAt(ask: Ask, path: string, field: string): Promise<string | null> {
  const body = (await bounded(await ask(path), JSON_MAX).json()) as Record<string, unknown>
  const value = body[field]
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : null
}

import type { EngineMode, EngineName } from '../../app/engines/registry.ts'
import type { ModelFormat } from '../../app/models/formats.ts'
import type { Env } from '../exec.ts'
import type { EngineConfig } from './config.ts'
import type { EngineEnvironment } from './environment.ts'
import type { EngineRecord } from './record.ts'

/** The model of a test: the name it was asked for by, and where its files lie, if they do on this host. */
export type EngineModel = { name: string; path: string | null }

/** The host engines are started on. */
export type EngineHost = {
  home: string
  env: Env
  gpu: 'nvidia' | 'amd' | 'apple' | 'none'
  record: EngineRecord
  /** Programs and folders that profiles may name beside the engines' usual programs; what lies in a folder goes with it. */
  allowed?: readonly string[]
  /** A fresh opaque id. */
  newId(): string
  /** How long an engine may take to end by itself before it is killed, in ms (default 15 s). */
  stopMs?: number
  /** How often it is asked whether it is ready, in ms (default 500). */
  pollMs?: number
}

export type StartOptions = {
  /** Of the test or command; containers carry its first 8 characters. */
  id: string
  mode: EngineMode
  config: EngineConfig
  host: EngineHost
  /** Told what a person wants to know: the image's download, the engine's own lines, what is waited for. */
  log(line: string): void
  signal: AbortSignal
}

/** An engine that answers. */
export type RunningEngine = {
  baseUrl: string
  apiKey: string | undefined
  /** The name its requests carry. */
  model: string
  version: string | null
  /** Of every result that is measured on it. */
  environment: EngineEnvironment
  /** Resolves with how it ended, when it ends without having been stopped. */
  exited: Promise<string>
  /** The newest lines it printed, oldest first. */
  lastLines(): string[]
  /** Ends it and all its children; safe to call twice. */
  stop(): Promise<void>
}

/** An engine KITT knows how to run. */
export type Engine = {
  name: EngineName
  formats: readonly ModelFormat[]
  modes: readonly EngineMode[]
  /** Whether a model without files on this host can be loaded by its name: the engine fetches it itself. */
  loadsByName(model: string): boolean
  /** The program of mode `native`; null where there is none. */
  binary: string | null
  /** The Python package that program belongs to; null when the program tells its version itself. */
  pythonPackage: string | null
  /** How a person installs it, in a sentence. */
  install: string
  /**
   * Starts or finds the engine and waits until it answers.
   * @throws with the reason and the engine's last lines; whatever was started is ended then
   */
  start(model: EngineModel, options: StartOptions): Promise<RunningEngine>
}

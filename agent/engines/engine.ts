import type { EngineMode, EngineName } from '../../app/engines/registry.ts'
import type { ModelFormat } from '../../app/models/formats.ts'
import type { Env } from '../exec.ts'
import type { EngineConfig } from './config.ts'
import type { EngineEnvironment } from './environment.ts'
import type { EngineRecord } from './record.ts'

/** The model of a test: its requested name, and the path of its files if they are on this host. */
export type EngineModel = { name: string; path: string | null }

/** The host engines are started on. */
export type EngineHost = {
  home: string
  env: Env
  gpu: 'nvidia' | 'amd' | 'apple' | 'none'
  record: EngineRecord
  /** Programs, and folders of programs, that profiles may run beside the engines' usual programs. */
  allowed?: readonly string[]
  newId(): string
  /** Time an engine may take to stop before it is killed, ms (default 15 s). */
  stopMs?: number
  /** Interval of readiness checks, ms (default 500). */
  pollMs?: number
}

export type StartOptions = {
  /** Id of the test or command; its first 8 characters are in the container's name. */
  id: string
  mode: EngineMode
  config: EngineConfig
  host: EngineHost
  /** Logs the image's download, the engine's output and the wait for readiness. */
  log(line: string): void
  signal: AbortSignal
}

/** An engine that is ready. */
export type RunningEngine = {
  baseUrl: string
  apiKey: string | undefined
  /** The model's name in requests. */
  model: string
  version: string | null
  environment: EngineEnvironment
  /** Resolves with the reason when it ends without `stop`. */
  exited: Promise<string>
  /** The newest lines it printed, oldest first. */
  lastLines(): string[]
  /** Stops it and all its children; idempotent. */
  stop(): Promise<void>
}

/** An engine KITT can run. */
export type Engine = {
  name: EngineName
  formats: readonly ModelFormat[]
  modes: readonly EngineMode[]
  /** Whether the engine downloads this model itself, by its name. */
  loadsByName(model: string): boolean
  /** The program of mode `native`; null without that mode. */
  binary: string | null
  /** The program's Python package; null when `--version` prints the version. */
  pythonPackage: string | null
  /** How to install it, as a sentence. */
  install: string
  /**
   * Starts or finds the engine and waits until it is ready.
   * @throws with the reason and the engine's last lines, after stopping what was started
   */
  start(model: EngineModel, options: StartOptions): Promise<RunningEngine>
}

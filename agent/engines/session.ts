import { ENGINES, type EngineMode } from '../../app/engines/registry.ts'
import { missingModel } from '../../lib/missing-model.ts'
import type { Storage, StoredModel } from '../storage/storage.ts'
import type { EngineConfig } from './config.ts'
import type { Engine, EngineHost, RunningEngine } from './engine.ts'

export type SessionHost = {
  engines: EngineHost
  /** The storage with the current settings. */
  storage(): Storage
}

export type SessionOptions = {
  id: string
  engine: Engine
  model: string
  mode: EngineMode | null | undefined
  config: EngineConfig
  signal: AbortSignal
  log(line: string): void
}

/** A running engine and its model; `close` stops the engine and releases the model. */
export type Session = { running: RunningEngine; close(): Promise<void> }

/** Gets the model and starts the engine. @throws with the reason; nothing is left running */
export async function openSession(host: SessionHost, options: SessionOptions): Promise<Session> {
  const { engine, model, log, signal, id, config } = options
  const mode = options.mode ?? ENGINES[engine.name].default_mode
  const stored = mode === 'endpoint' ? nothingStored : await host.storage().ensure(model, { log, signal })
  try {
    if (mode !== 'endpoint' && stored.path === null && !engine.loadsByName(model))
      throw new Error(missingModel(model))
    const start = { id, mode, config, host: host.engines, log, signal }
    const running = await engine.start({ name: model, path: stored.path }, start)
    const close = async () => {
      try {
        await running.stop()
      } finally {
        await stored.release()
      }
    }
    return { running, close }
  } catch (error) {
    await stored.release()
    throw error
  }
}

const nothingStored: StoredModel = { path: null, release: async () => {} }

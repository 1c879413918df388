import type { AgentCommand } from '../../app/agents/schema.ts'
import { ENGINES } from '../../app/engines/registry.ts'
import { engineConfig, valid } from '../engines/config.ts'
import { pullImage } from '../engines/docker-cli.ts'
import type { Engine, RunningEngine } from '../engines/engine.ts'
import { engineByName } from '../engines/known/all-engines.ts'
import { findProgram } from '../engines/known/detect.ts'
import { CleanupPayload, EnginePayload, type TestPayload } from '../engines/payload.ts'
import { openSession, type Session, type SessionHost } from '../engines/session.ts'
import { which } from '../exec.ts'

type Started = { key: string; abort: AbortController; session: Promise<Session>; running?: RunningEngine }

/** Runs commands other than tests, and keeps the engines that `start_engine` started. */
export type Commands = {
  /** @throws with the reason when a command fails */
  run(command: AgentCommand): Promise<void>
  /** Names of the running engines. */
  running(): string[]
  /** The running engine with the test's model and configuration, if any. */
  shared(test: TestPayload): RunningEngine | undefined
  stopAll(): Promise<void>
}

/** @param say logs progress @param signal aborts running commands when the agent stops */
export function createCommands(
  host: SessionHost,
  say: (line: string) => void,
  signal: AbortSignal,
): Commands {
  const started = new Map<string, Started>()
  /** Stops an engine, also one that is still starting. */
  const stop = async (name: string) => {
    const one = started.get(name)
    started.delete(name)
    one?.abort.abort(new Error(`${name} was stopped.`))
    const session = await one?.session.catch(() => undefined)
    await session?.close()
  }
  const start = async (payload: EnginePayload, id: string) => {
    const engine = engineByName(payload.engine_name)
    const model = payload.model_path
    if (!model) throw new Error('start_engine needs a model_path: engines are started with their model.')
    const config = engineConfig(payload)
    await stop(engine.name)
    const abort = new AbortController()
    const both = AbortSignal.any([signal, abort.signal])
    const options = { id, engine, model, mode: payload.engine_mode, config, signal: both, log: say }
    const one: Started = {
      key: configKey({ ...payload, model_path: model }),
      abort,
      session: openSession(host, options),
    }
    started.set(engine.name, one)
    try {
      one.running = (await one.session).running
    } catch (error) {
      if (started.get(engine.name) === one) started.delete(engine.name)
      throw error
    }
    void one.running.exited.then((reason) => {
      if (started.get(engine.name) !== one) return
      say(`${engine.name} ended (${reason})`)
      void stop(engine.name)
    })
  }
  const handlers: Partial<Record<AgentCommand['type'], (payload: unknown, id: string) => Promise<unknown>>> =
    {
      cleanup_storage: async (payload) => {
        const removed = await host
          .storage()
          .cleanup(valid(CleanupPayload, payload, 'cleanup').model_path ?? '')
        say(removed.length > 0 ? `removed ${removed.join(', ')}` : 'nothing to remove')
      },
      install_engine: (payload) => install(host, valid(EnginePayload, payload, 'engine'), say, signal),
      start_engine: (payload, id) => start(valid(EnginePayload, payload, 'engine'), id),
      stop_engine: async (payload) => stop(valid(EnginePayload, payload, 'engine').engine_name),
    }
  return {
    async run({ type, payload, command_id }) {
      const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined
      if (!handler)
        throw new Error(`This agent does not know the command ${type}. Update it with "kitt agent update".`)
      await handler(payload, command_id)
    },
    running: () => [...started].filter(([, { running }]) => running !== undefined).map(([name]) => name),
    shared(test) {
      const one = started.get(test.engine_name)
      return one?.running && one.key === configKey(test) ? one.running : undefined
    },
    stopAll: async () => void (await Promise.allSettled([...started.keys()].map(stop))),
  }
}

type Asked = Pick<EnginePayload, 'engine_name' | 'engine_mode' | 'runtime_config' | 'build_config'> & {
  model_path: string
}

const configKey = (asked: Asked): string => {
  const { name } = engineByName(asked.engine_name)
  return JSON.stringify([
    asked.model_path,
    asked.engine_mode ?? ENGINES[name].default_mode,
    engineConfig(asked),
  ])
}

/** Pulls an engine's image. A native program is only looked up: it is installed by hand. */
async function install(
  host: SessionHost,
  payload: EnginePayload,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const engine: Engine = engineByName(payload.engine_name)
  const config = engineConfig(payload)
  const { default_mode, image } = ENGINES[engine.name]
  if ((payload.engine_mode ?? default_mode) === 'docker') {
    const wanted = config.image ?? image
    if (wanted === null) throw new Error(`${engine.name} has no image. ${engine.install}`)
    return pullImage(host.engines, wanted, say, signal)
  }
  const { env } = host.engines
  const path =
    config.binary === undefined ? (await findProgram(host.engines, engine))?.path : which(config.binary, env)
  if (path == null) throw new Error(`${engine.name} is not installed on this host. ${engine.install}`)
  say(`${engine.name} is installed: ${path}`)
}

import type { AgentCommand, AgentRegistration, AgentSettings } from '../../app/agents/schema.ts'
import type { EngineHost } from '../engines/engine.ts'
import { type DetectedEngine, detectEngines, detectRunning } from '../engines/known/detect.ts'
import { endLeftovers } from '../engines/leftovers.ts'
import { createEngineRecord } from '../engines/record.ts'
import {
  detectHardware,
  type Gpu,
  gpuSampler,
  type Hardware,
  type Machine,
  registrationOf,
  telemetryReader,
} from '../hardware/hardware.ts'
import { createStorage, type Storage, storageSettings } from '../storage/storage.ts'
import { type Commands, createCommands } from './commands.ts'
import type { RunTest } from './jobs.ts'
import { createRunTest } from './run-test.ts'

export type HostOptions = {
  /** KITT's home folder. */
  home: string
  machine: Machine
  kittVersion: string
  newId(): string
  say(line: string): void
  /** Programs and folders that profiles may run; see EngineHost. */
  allowed?: readonly string[] | undefined
  settings?: Partial<AgentSettings>
  /** Script for the measurement's worker threads; without it there is one thread. */
  program?: URL
  /** Milliseconds; see EngineHost. */
  stopMs?: number
  pollMs?: number
}

/** The machine's side of an agent: hardware, tests, commands, telemetry. */
export type Host = {
  hardware: Hardware
  registration(name: string): AgentRegistration
  run: RunTest
  command(command: AgentCommand): Promise<void>
  telemetry(): Promise<
    Awaited<ReturnType<ReturnType<typeof telemetryReader>>> & { engines: DetectedEngine[] }
  >
  /** Applies settings from the server; models in use stay where they are. */
  apply(settings: Partial<AgentSettings>): void
  /** Stops commands and the engines they started. Tests have their own signal. */
  stop(): Promise<void>
}

/** Detects the machine and stops engines that an earlier agent left running. */
export async function createHost(options: HostOptions): Promise<Host> {
  const { home, machine, newId, say, kittVersion } = options
  const { env } = machine
  let settings = storageSettings(options.settings ?? {}, env['HOME'])
  let storage: Storage = createStorage(settings, newId, home)
  const hardware = await detectHardware(machine, home, settings.dir)
  const { stopMs, pollMs } = options
  const times = { ...(stopMs === undefined ? {} : { stopMs }), ...(pollMs === undefined ? {} : { pollMs }) }
  const gpu = hardware.gpus[0]?.vendor ?? 'none'
  const { allowed = [] } = options
  const engines: EngineHost = { home, env, gpu, allowed, record: createEngineRecord(home), newId, ...times }
  await endLeftovers(engines, say)
  const abort = new AbortController()
  const session = { engines, storage: () => storage }
  const commands: Commands = createCommands(session, say, abort.signal)
  const test = {
    ...session,
    hardware,
    watchGpus: (used: Gpu[] | null) => gpuSampler(machine, hardware, used ?? undefined),
    kittVersion,
    program: options.program,
    shared: commands.shared,
  }
  const measure = telemetryReader(machine, hardware, () => settings.dir)
  let detected = await detectEngines(engines)
  return {
    hardware,
    registration: (name) => registrationOf(hardware, name, kittVersion),
    run: createRunTest(test),
    async command(command) {
      await commands.run(command)
      // Engines installed by hand are detected at the next start.
      if (command.type === 'install_engine') detected = await detectEngines(engines)
    },
    async telemetry() {
      const [measured, found] = await Promise.all([measure(), detectRunning()])
      const running = [...commands.running(), ...found]
      return {
        ...measured,
        engines: detected.map((one) => ({ ...one, running: running.includes(one.engine) })),
      }
    },
    apply(changed) {
      const next = storageSettings(changed, env['HOME'])
      if (JSON.stringify(next) === JSON.stringify(settings)) return
      settings = next
      storage = createStorage(settings, newId, home)
    },
    async stop() {
      abort.abort(new Error('the agent stops'))
      await commands.stopAll()
    },
  }
}

import type { Database } from '../db/open.ts'
import { type Unit, Writer } from '../db/write.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import { type Bus, createBus } from './events/bus.ts'
import type { Metrics } from './health/metrics.ts'
import { newId } from './ids.ts'

/** A structured log, as pino has it. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>

/** SHA-256 in lowercase hex. Injected: the Web's own is asynchronous, and every request needs one. */
export type Sha256 = (data: string | Uint8Array) => string

/** What every service works with. */
export type Deps = {
  db: Database
  /** Runs a unit of work in the single-writer queue; resolves after its commit. */
  write<T>(unit: Unit<T>): Promise<T>
  writer: Writer
  bus: Bus
  clock: Clock
  newId(): string
  sha256: Sha256
  config: Config
  version: string
  runtime: string
  log: Log
  /** Whether a Host header may name this server. */
  isOwnHost(host: string): boolean
  /** Whether X-Forwarded-* headers from this address count. */
  isTrustedProxy(address: string): boolean
  metrics?: Metrics
  /** Epoch milliseconds; nothing expires soon after it. */
  startedAt: number
}

export type DepsInput = Pick<Deps, 'db' | 'config' | 'sha256' | 'log' | 'version' | 'runtime'> &
  Partial<Pick<Deps, 'clock' | 'newId' | 'isOwnHost' | 'isTrustedProxy' | 'metrics'>>

/** Everything a server works with, from the parts that differ between machines. */
export function createDeps(input: DepsInput): Deps {
  const clock = input.clock ?? systemClock
  const bus = createBus()
  const writer = new Writer({
    client: input.db.writer,
    reconnect: () => input.db.reconnect(),
    onCommit: (events) => bus.publish(events),
  })
  return {
    isOwnHost: () => true,
    isTrustedProxy: () => false,
    ...input,
    clock,
    newId: input.newId ?? newId,
    bus,
    writer,
    write: (unit) => writer.run(unit),
    startedAt: clock.now(),
  }
}

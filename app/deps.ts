import type { Database, Orm } from '../db/open.ts'
import type { AtCommit } from '../db/unit-of-work.ts'
import { type EventRow, type Unit, Writer } from '../db/write.ts'
import { createKnownTokens, type KnownTokens } from './api/token-cache.ts'
import { type Background, createBackground } from './background.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Config } from './config.ts'
import type { PageFiles } from './dashboard/files.ts'
import type { AgentFiles } from './distribution/files.ts'
import { type Bus, createBus } from './events/bus.ts'
import { newestEvent } from './events/log.ts'
import { Doorbell } from './events/poll-events.ts'
import type { Metrics } from './health/metrics.ts'
import { newId } from './ids.ts'
import type { ModelDirectory } from './models/directory.ts'
import { createVault, type SecretKey, type Vault } from './secrets/vault.ts'
import { type ConfigSources, loadSettings, type Settings } from './settings/live.ts'
import { readSaved } from './settings/saved.ts'

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
  /** Tells `fn` the events of every commit, right after it; returns what ends that. `fn` must not throw. */
  watch(fn: (events: EventRow[]) => void): () => void
  /** Takes in what other servers wrote; for a database that is shared with some. */
  heedOthers?: () => Promise<void>
  clock: Clock
  newId(): string
  sha256: Sha256
  /** As given at the start; what `settings` names is asked of `settings`. */
  config: Config
  settings: Settings
  /** The model directory that the settings name now. */
  models(): ModelDirectory
  background: Background
  version: string
  runtime: string
  log: Log
  knownTokens: KnownTokens
  /** Encrypts the secrets of profiles, tests and campaigns. */
  vault: Vault
  /** Whether a Host header may name this server. */
  isOwnHost(host: string): boolean
  /** Whether X-Forwarded-* headers from this address count. */
  isTrustedProxy(address: string): boolean
  /** The admin token in force; it may be changed while the server runs. */
  adminToken(): string | undefined
  metrics?: Metrics
  /** The built dashboard; without it the server is its API alone. */
  dashboard?: PageFiles | undefined
  /** What agents download; without it the server hands out none. */
  agentFiles?: AgentFiles
  /** Epoch milliseconds; nothing expires soon after it. */
  startedAt: number
}

export type DepsInput = Pick<Deps, 'db' | 'config' | 'sha256' | 'log' | 'version' | 'runtime'> &
  Partial<
    Pick<
      Deps,
      | 'clock'
      | 'newId'
      | 'isOwnHost'
      | 'isTrustedProxy'
      | 'adminToken'
      | 'metrics'
      | 'dashboard'
      | 'agentFiles'
    >
  > & {
    /** Where the key of the secrets is kept; in memory unless told. */
    secretKey?: SecretKey

    /** Where the values of `config` come from. */
    sources?: ConfigSources
    /** Ends the process at a commit: for tests. */
    atCommit?: AtCommit | undefined
    /** Opens a folder of models on this machine. */
    openModels(dir: string): ModelDirectory
  }

/** Everything a server works with, from the parts that differ between machines; reads what is saved. */
export async function createDeps({
  openModels,
  sources = {},
  atCommit,
  secretKey = keyInMemory(),
  ...input
}: DepsInput): Promise<Deps> {
  const { config, log } = input
  const settings = await loadSettings(input.db.read, { config, sources, log })
  const clock = input.clock ?? systemClock
  const bus = createBus()
  const watchers = new Set<(events: EventRow[]) => void>()
  const tellAll = (events: EventRow[]) => {
    bus.publish(events)
    for (const tell of watchers) tell(events)
  }
  const shared = input.db.remote
    ? new Doorbell(input.db.read, await newestEvent(input.db.read), tellAll)
    : undefined
  const writer = new Writer({
    client: input.db.writer,
    atCommit,
    reconnect: () => input.db.reconnect(),
    onCommit: (events) => (shared ? shared.committed(events) : tellAll(events)),
    onEffectError: (error) => input.log.error({ error: String(error) }, 'what follows a commit failed'),
  })
  return {
    isOwnHost: () => true,
    isTrustedProxy: () => false,
    adminToken: () => config.auth_token,
    ...input,
    clock,
    newId: input.newId ?? newId,
    settings,
    models: ofFolder(openModels, () => settings.get('model_dir')),
    background: createBackground(log),
    bus,
    watch(fn) {
      watchers.add(fn)
      return () => void watchers.delete(fn)
    },
    knownTokens: createKnownTokens(!input.db.remote),
    vault: createVault(secretKey, input.sha256),
    writer,
    write: (unit) => writer.run(unit),
    ...(shared ? { heedOthers: () => heedOthers(shared, settings, input.db.read) } : {}),
    startedAt: clock.now(),
  }
}

/** For an app that keeps nothing: tests, and a database that is thrown away. */
function keyInMemory(): SecretKey {
  let key: Uint8Array<ArrayBuffer> | undefined
  const make = () => {
    key = crypto.getRandomValues(new Uint8Array(32))
    return key
  }
  return { read: () => key, make, place: 'memory' }
}

async function heedOthers(shared: Doorbell, settings: Settings, read: Orm) {
  await settings.refresh(() => readSaved(read))
  await shared.look()
}

/** Opens a folder again only when its name has changed: an open one knows what it found. */
function ofFolder(open: (dir: string) => ModelDirectory, dirNow: () => string): () => ModelDirectory {
  let known: { dir: string; models: ModelDirectory } | undefined
  return () => {
    const dir = dirNow()
    if (known?.dir !== dir) known = { dir, models: open(dir) }
    return known.models
  }
}

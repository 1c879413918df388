import type { Database } from '../db/database.ts'
import type { AtCommit } from '../db/unit-of-work.ts'
import type { Unit, Writer } from '../db/write.ts'
import type { TokenCache } from './api/token-cache.ts'
import type { Background } from './background.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { PageFiles } from './dashboard/files.ts'
import type { AgentFiles } from './distribution/files.ts'
import type { Bus } from './events/bus.ts'
import type { Metrics } from './health/metrics.ts'
import type { Log } from './log.ts'
import type { ModelDirectory } from './models/directory.ts'
import type { DocumentQueue, DoWork } from './results/documents.ts'
import type { SecretKey, Vault } from './secrets/vault.ts'
import type { ConfigSources, Settings } from './settings/live.ts'

/** SHA-256 in lowercase hex. Injected: the Web's own is asynchronous, and every request needs one. */
export type Sha256 = (data: string | Uint8Array) => string

/** What every service works with. */
export type Deps = {
  db: Database
  /** Runs a unit of work in the single-writer queue; resolves after its commit. */
  write<T>(unit: Unit<T>): Promise<T>
  writer: Writer
  bus: Bus
  /** Takes in what other servers wrote; for a database that is shared with some. */
  heedOthers?: () => Promise<void>
  clock: Clock
  newId(): string
  sha256: Sha256
  /** Large documents that were sent, one after the other. */
  documents: DocumentQueue
  /** Works on a large document without holding everything else up, where the machine has a way to. */
  workOnLarge: DoWork
  /** As given at the start; what `settings` names is asked of `settings`. */
  config: Config
  settings: Settings
  /** The model directory that the settings name now. */
  models(): ModelDirectory
  background: Background
  version: string
  runtime: string
  log: Log
  tokenCache: TokenCache
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
    /** Works on large documents beside everything else; in the same thread unless told. */
    workOnLarge?: DoWork | undefined
    /** Where the values of `config` come from. */
    sources?: ConfigSources
    /** Ends the process at a commit: for tests. */
    atCommit?: AtCommit | undefined
    /** Opens a folder of models on this machine. */
    openModels(dir: string): ModelDirectory
  }

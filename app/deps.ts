import type { Database } from '../db/database.ts'
import type { AtCommit } from '../db/unit-of-work.ts'
import type { UnitOfWork, Writer } from '../db/writer.ts'
import type { TokenCache } from './api/token-cache.ts'
import type { Background } from './background.ts'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { PageFiles } from './dashboard/files.ts'
import type { AgentFiles } from './distribution/files.ts'
import type { Bus } from './events/bus.ts'
import type { Ring } from './events/ring.ts'
import type { Metrics } from './health/metrics.ts'
import type { KeptAnswers } from './http/kept-answers.ts'
import type { Sending } from './http/sending.ts'
import type { Log } from './log.ts'
import type { ModelDirectory } from './models/directory.ts'
import type { Outgoing } from './notifications/outgoing.ts'
import type { DocumentQueue, DoWork } from './results/documents.ts'
import type { SecretKey, Vault } from './secrets/vault.ts'
import type { ConfigSources, Settings } from './settings/live.ts'

/** SHA-256 in lowercase hex. Injected: the Web's own is asynchronous, and every request needs one. */
export type Sha256 = (data: string | Uint8Array) => string

/** The dependencies of every service. */
export type Deps = {
  db: Database
  /** Runs a unit of work in the single-writer queue; resolves after its commit. */
  write<T>(unit: UnitOfWork<T>): Promise<T>
  writer: Writer
  bus: Bus
  /** Reads the events and settings of other servers; only with a shared database. */
  pollOtherServers?: () => Promise<void>
  clock: Clock
  newId(): string
  sha256: Sha256
  /** Large documents that were sent, one after the other. */
  documents: DocumentQueue
  /** Large files of other tools, one after the other. */
  files: DocumentQueue
  /** Works on a large document without blocking the event loop, where the runtime has threads. */
  workOnLarge: DoWork
  /** As given at the start; `settings` has the current values of those that can change. */
  config: Config
  settings: Settings
  /** The model directory of the current settings. */
  models(): ModelDirectory
  background: Background
  /** Answers to reads, kept until the database changes. */
  answers: KeptAnswers
  sending: Sending
  /** Whether the server was told to stop: its health says so, and a load balancer sends requests elsewhere. */
  draining: { begun: boolean }
  version: string
  runtime: string
  log: Log
  tokenCache: TokenCache
  /** Encrypts the secrets of profiles, tests and campaigns. */
  vault: Vault
  /** Whether a Host header may name this server. */
  isOwnHost(host: string): boolean
  /** Whether X-Forwarded-* headers from this address are trusted. */
  isTrustedProxy(address: string): boolean
  /** An address of this machine in its network; undefined if it has none. */
  lanHost?: () => string | undefined
  /** The current admin token; it may change while the server runs. */
  adminToken(): string | undefined
  metrics?: Metrics
  /** The built dashboard; without it the server has only its API. */
  dashboard?: PageFiles | undefined
  /** The agent's downloads; without them the server offers none. */
  agentFiles?: AgentFiles
  /** Sends notifications; without it the server sends none. */
  outgoing?: Outgoing
  /** Epoch milliseconds. */
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
      | 'lanHost'
      | 'adminToken'
      | 'metrics'
      | 'dashboard'
      | 'agentFiles'
      | 'outgoing'
    >
  > & {
    /** In memory by default. */
    secretKey?: SecretKey
    /** Works on large documents in another thread; in the same thread by default. */
    workOnLarge?: DoWork | undefined
    /** Where the values of `config` come from. */
    sources?: ConfigSources
    /** How servers on one database tell each other of a commit. */
    ring?: Ring | undefined
    /** For tests: called at each commit. */
    atCommit?: AtCommit | undefined
    /** Opens a folder of models on this machine. */
    openModels(dir: string): ModelDirectory
  }

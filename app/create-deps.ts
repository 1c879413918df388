import type { Database } from '../db/database.ts'
import { Writer } from '../db/writer.ts'
import { createTokenCache } from './api/token-cache.ts'
import { createBackground } from './background.ts'
import { systemClock } from './clock.ts'
import type { Deps, DepsInput } from './deps.ts'
import { createBus } from './events/bus.ts'
import { newestEvent } from './events/log.ts'
import { EventPoller } from './events/poll-events.ts'
import { KeptAnswers } from './http/kept-answers.ts'
import { Sending } from './http/sending.ts'
import { newId } from './ids.ts'
import type { ModelDirectory } from './models/directory.ts'
import { anyWorkHere, DocumentQueue, FILES_WAITING_MAX } from './results/documents.ts'
import { createVault, type SecretKey } from './secrets/vault.ts'
import { loadSettings, type Settings } from './settings/live.ts'
import { readSaved } from './settings/saved.ts'

/** Puts a server's dependencies together from those that differ between machines; loads the saved settings. */
export async function createDeps({
  openModels,
  sources = {},
  atCommit,
  ring,
  secretKey = keyInMemory(),
  workOnLarge = (kind, bytes, about) => anyWorkHere(kind, bytes, input.sha256, about),
  ...input
}: DepsInput): Promise<Deps> {
  const { config, log } = input
  const vault = createVault(secretKey, input.sha256)
  const settings = await loadSettings(input.db.read, { config, sources, log, vault })
  const clock = input.clock ?? systemClock
  const bus = createBus()
  const shared = input.db.remote
    ? new EventPoller(input.db.read, await newestEvent(input.db.read), bus.publish)
    : undefined
  const writer = new Writer({
    client: input.db.writer,
    remote: input.db.remote,
    atCommit,
    reconnect: () => input.db.reconnect(),
    onCommit: (events) => {
      // First: reads after the commit must show it.
      input.db.replica?.behind()
      if (shared) shared.committed(events)
      else bus.publish(events)
      if (events.length > 0) ring?.tell()
    },
    onEffectError: (error) => input.log.error({ error: String(error) }, 'an action after a commit failed'),
  })
  if (shared)
    ring?.listen(() => {
      input.db.replica?.behind()
      // If the database does not answer, the look of each second tries again.
      shared.look().catch(() => {})
    })
  return {
    isOwnHost: () => true,
    isTrustedProxy: () => false,
    adminToken: () => config.auth_token,
    ...input,
    clock,
    workOnLarge,
    documents: new DocumentQueue(workOnLarge),
    files: new DocumentQueue(workOnLarge, FILES_WAITING_MAX),
    newId: input.newId ?? newId,
    settings,
    models: reopening(openModels, () => settings.get('model_dir')),
    background: createBackground(log),
    draining: { begun: false },
    bus,
    answers: new KeptAnswers(input.db),
    sending: new Sending(clock),
    tokenCache: createTokenCache(!input.db.remote),
    vault,
    writer,
    write: (unit) => writer.run(unit),
    ...(shared ? { pollOtherServers: () => pollOtherServers(shared, settings, input.db) } : {}),
    startedAt: clock.now(),
  }
}

/** For tests, whose database is thrown away. */
function keyInMemory(): SecretKey {
  let key: Uint8Array<ArrayBuffer> | undefined
  const make = () => {
    key = crypto.getRandomValues(new Uint8Array(32))
    return key
  }
  return { read: () => key, make, place: 'memory' }
}

async function pollOtherServers(shared: EventPoller, settings: Settings, { read, replica }: Database) {
  replica?.behind()
  await settings.refresh(() => readSaved(read))
  await shared.look()
}

/** Reopens the folder only if its name has changed: an open one caches its scan. */
function reopening(open: (dir: string) => ModelDirectory, dirNow: () => string): () => ModelDirectory {
  let known: { dir: string; models: ModelDirectory } | undefined
  return () => {
    const dir = dirNow()
    if (known?.dir !== dir) known = { dir, models: open(dir) }
    return known.models
  }
}

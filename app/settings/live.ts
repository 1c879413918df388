import type { Orm } from '../../db/database.ts'
import type { Config, ConfigKey, ConfigSource } from '../config.ts'
import type { Log } from '../log.ts'
import type { Vault } from '../secrets/vault.ts'
import { type KeptKey, keptKey, type OpenedKey } from './kept-key.ts'
import { readSaved } from './saved.ts'
import type { SavedSettings, SettingSource } from './schema.ts'

/** The settings that can be changed while the server runs. */
export type SettingValues = {
  model_dir: string
  devon_url: string | null
  results_dir: string
  protect_reads: boolean
  event_days: number
}
export type SettingKey = keyof SettingValues

export type ConfigSources = Partial<Record<ConfigKey, ConfigSource>>

/** How to reach Devon; the key only where it was saved for this very origin. */
type DevonAddress = {
  baseUrl: string
  apiKey: string | null
  apiKeyOrigin: string | null
  keySource: SettingSource
  /** Why the key that was saved for it cannot be sent: a sentence. */
  problem: string | null
}

/**
 * The settings in force at this moment.
 *
 * What an administrator saved wins over everything given at the start, a flag included: a change made in the browser
 * counts at once, whatever the server was started with. Forgetting it brings back flag, variable, file or default.
 */
export type Settings = {
  get<K extends SettingKey>(key: K): SettingValues[K]
  source(key: SettingKey): SettingSource
  /** Null when Devon is not configured. */
  devon(): DevonAddress | null
  /** What is to be saved of a key for Devon. */
  sealKey(key: string): Promise<OpenedKey>
  /** Takes what is saved now, and the key where that was changed; called after the commit. */
  replace(saved: SavedSettings, key?: OpenedKey): void
  /** Takes what another server may have saved; what was replaced here meanwhile is newer than what was read. */
  refresh(read: () => Promise<SavedSettings>): Promise<void>
}

/** The settings in force from now on: what was given at the start, and what is saved. */
export async function loadSettings(
  orm: Orm,
  { config, sources, log, vault }: { config: Config; sources: ConfigSources; log: Log; vault: Vault },
): Promise<Settings> {
  const saved = await readSaved(orm, (key) =>
    log.warn({ key }, 'a saved setting cannot be used; the one given at the start is in force'),
  )
  for (const key of Object.keys(saved) as (keyof SavedSettings)[]) {
    if (sources[key] === 'flag' || sources[key] === 'env')
      log.warn(
        { key, given: sources[key] },
        'a saved setting is in force instead of the one given at the start',
      )
  }
  const key = keptKey(vault)
  const problem = await key.learn(saved.devon_api_key?.key)
  if (problem) log.error({ key: 'devon_api_key' }, problem)
  return liveSettings(config, sources, { saved, key, problem })
}

type Loaded = { saved: SavedSettings; key: KeptKey; problem: string | undefined }

function liveSettings(config: Config, sources: ConfigSources, loaded: Loaded): Settings {
  const { key } = loaded
  let { saved, problem } = loaded
  const given: SettingValues = {
    model_dir: config.model_dir ?? `${config.home}/models`,
    devon_url: config.devon_url ?? null,
    results_dir: config.results_dir,
    protect_reads: config.protect_reads,
    event_days: config.event_days,
  }
  const current = <K extends SettingKey>(key: K) => (saved[key] ?? given[key]) as SettingValues[K]
  return {
    get: (key) => current(key),
    source: (key) => (saved[key] === undefined ? (sources[key] ?? 'default') : 'saved'),
    devon() {
      const baseUrl = current('devon_url')
      if (!baseUrl) return null
      const { origin } = new URL(baseUrl)
      const keys = [
        {
          key: key.plain(saved.devon_api_key?.key),
          origin: saved.devon_api_key?.origin,
          keySource: 'saved' as const,
        },
        {
          key: config.devon_api_key,
          origin: given.devon_url === null ? undefined : new URL(given.devon_url).origin,
          keySource: sources.devon_api_key ?? 'default',
        },
      ]
      const found = keys.find((one) => one.key && one.origin === origin)
      return {
        baseUrl,
        apiKey: found?.key ?? null,
        apiKeyOrigin: found?.origin ?? null,
        keySource: found?.keySource ?? 'default',
        problem: !found && saved.devon_api_key?.origin === origin ? (problem ?? null) : null,
      }
    },
    sealKey: (plain) => key.seal(plain),
    replace(next, opened) {
      saved = next
      if (opened) key.remember(opened)
    },
    async refresh(read) {
      const before = saved
      const next = await read()
      const found = await key.learn(next.devon_api_key?.key)
      if (saved !== before) return
      saved = next
      problem = found
    },
  }
}

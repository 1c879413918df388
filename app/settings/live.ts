import type { Orm } from '../../db/database.ts'
import type { Config, ConfigKey, ConfigSource } from '../config.ts'
import type { Log } from '../log.ts'
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
  /** Takes what is saved now; called after the commit. */
  replace(saved: SavedSettings): void
  /** Takes what another server may have saved; what was replaced here meanwhile is newer than what was read. */
  refresh(read: () => Promise<SavedSettings>): Promise<void>
}

/** The settings in force from now on: what was given at the start, and what is saved. */
export async function loadSettings(
  orm: Orm,
  { config, sources, log }: { config: Config; sources: ConfigSources; log: Log },
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
  return liveSettings(config, sources, saved)
}

function liveSettings(config: Config, sources: ConfigSources, loaded: SavedSettings): Settings {
  let saved = loaded
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
        { ...saved.devon_api_key, keySource: 'saved' as const },
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
      }
    },
    replace(next) {
      saved = next
    },
    async refresh(read) {
      const before = saved
      const next = await read()
      if (saved === before) saved = next
    },
  }
}

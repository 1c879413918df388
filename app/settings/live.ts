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

/** Devon's address; the key only if it was saved for this origin. */
type DevonAddress = {
  baseUrl: string
  apiKey: string | null
  apiKeyOrigin: string | null
  keySource: SettingSource
  /** Why the key that was saved for it cannot be sent: a sentence. */
  problem: string | null
}

/**
 * The current settings. A saved value takes precedence over flag, variable, file and default, so that a change in the
 * browser applies at once; deleting it restores them.
 */
export type Settings = {
  get<K extends SettingKey>(key: K): SettingValues[K]
  source(key: SettingKey): SettingSource
  /** Null if Devon is not configured. */
  devon(): DevonAddress | null
  /** Encrypts a key for Devon before it is saved. */
  sealKey(key: string): Promise<OpenedKey>
  /** Applies saved settings, and the key if it was changed; called after the commit. */
  replace(saved: SavedSettings, key?: OpenedKey): void
  /** Applies what another server may have saved, unless `replace` was called while reading. */
  refresh(read: () => Promise<SavedSettings>): Promise<void>
}

/** Loads the settings: those given at the start, and those saved. */
export async function loadSettings(
  orm: Orm,
  { config, sources, log, vault }: { config: Config; sources: ConfigSources; log: Log; vault: Vault },
): Promise<Settings> {
  const saved = await readSaved(orm, (key) =>
    log.warn({ key }, 'a saved setting is invalid; the one given at the start applies'),
  )
  for (const key of Object.keys(saved) as (keyof SavedSettings)[]) {
    if (sources[key] === 'flag' || sources[key] === 'env')
      log.warn({ key, given: sources[key] }, 'a saved setting applies instead of the one given at the start')
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

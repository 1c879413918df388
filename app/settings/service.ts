import type { Deps } from '../deps.ts'
import { WrongState } from '../errors.ts'
import type { SettingKey, SettingValues } from './live.ts'
import { readSaved, writeSaved } from './saved.ts'
import type { SavedSettings, SettingsChange, SettingsView } from './schema.ts'

/** The current settings and their sources. */
export function viewSettings({ settings }: Deps): SettingsView {
  const shown = <K extends SettingKey>(key: K) => ({ value: settings.get(key), source: settings.source(key) })
  const devon_url = shown('devon_url')
  const devon = settings.devon()
  return {
    model_dir: shown('model_dir'),
    devon_url: { ...devon_url, value: devon_url.value || null },
    devon_api_key: { set: Boolean(devon?.apiKey), source: devon?.keySource ?? 'default' },
    results_dir: shown('results_dir'),
    protect_reads: shown('protect_reads'),
    event_days: shown('event_days'),
  }
}

/**
 * Saves settings, all or none; they apply from the commit on.
 * @throws WrongState for a key without a Devon URL
 */
export async function changeSettings(deps: Deps, change: SettingsChange): Promise<SettingsView> {
  const { devon_api_key } = change
  const key = devon_api_key ? await deps.settings.sealKey(devon_api_key) : undefined
  await deps.write(async (tx) => {
    const before = await readSaved(tx.orm)
    const next = merged(
      before,
      key ? { ...change, devon_api_key: key.kept } : change,
      deps.config.devon_url ?? null,
    )
    const at = deps.clock.now()
    for (const key of Object.keys(change) as (keyof SettingsChange)[]) {
      if (change[key] !== undefined) await writeSaved(tx, key, next[key], at)
    }
    tx.afterCommit(() => deps.settings.replace(next, key))
  })
  return viewSettings(deps)
}

function merged(
  before: SavedSettings,
  change: SettingsChange,
  givenUrl: SettingValues['devon_url'],
): SavedSettings {
  const { devon_api_key, ...plain } = change
  const next: Record<string, unknown> = { ...before }
  for (const [key, value] of Object.entries(plain)) {
    if (value !== undefined) next[key] = value ?? undefined
  }
  if (devon_api_key === null) next['devon_api_key'] = undefined
  else if (devon_api_key !== undefined) {
    const url = (next as SavedSettings).devon_url ?? givenUrl
    if (!url)
      throw new WrongState('Set devon_url with the key: a key is sent only to the address it was saved for.')
    next['devon_api_key'] = { key: devon_api_key, origin: new URL(url).origin }
  }
  return next as SavedSettings
}

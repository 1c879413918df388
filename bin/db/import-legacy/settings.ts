import { readSaved, writeSaved } from '../../../app/settings/saved.ts'
import { SavedSettings } from '../../../app/settings/schema.ts'
import { type Import, skip } from './context.ts'
import { text } from './values.ts'

const KEYS = ['devon_url', 'model_dir', 'results_dir'] as const

/** Imports the settings saved on the web page; settings already saved here are kept. */
export async function importSettings(into: Import): Promise<void> {
  for await (const page of into.source.pages('web_settings')) {
    for (const row of page) {
      await importSetting(into, text(row, 'key'), text(row, 'value'))
      into.step()
    }
  }
}

async function importSetting({ deps, now, report }: Import, name: string, value: string) {
  const key = KEYS.find((known) => known === name)
  if (value === '') return
  if (!key || !SavedSettings.safeParse({ [key]: value }).success)
    return skip(
      report,
      'settings',
      `The setting ${name} was left out: it does not exist here, or its value "${value.slice(0, 100)}" is invalid.`,
    )
  const outcome = await deps.write(async (tx) => {
    if ((await readSaved(tx.orm))[key] !== undefined) return 'present'
    await writeSaved(tx, key, value, now)
    return 'added'
  })
  report.counts.settings[outcome]++
}

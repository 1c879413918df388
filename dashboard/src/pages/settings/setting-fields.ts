import type { SettingsChange, SettingsView } from '../../api/settings.ts'

export type Source = SettingsView['model_dir']['source']

/** The sources of values, as text. */
export const SOURCES: Record<Source, string> = {
  saved: 'saved here',
  flag: 'given on the command line',
  env: 'from the environment',
  file: 'from config.json',
  default: 'the default',
}

export type TextKey = 'model_dir' | 'devon_url' | 'results_dir' | 'event_days'
export const TEXTS: { key: TextKey; label: string; description: string }[] = [
  { key: 'model_dir', label: 'Model directory', description: 'The folder of local models.' },
  {
    key: 'devon_url',
    label: 'Devon URL',
    description: 'The service for finding and downloading models. Empty: none.',
  },
  {
    key: 'results_dir',
    label: 'Results directory',
    description: 'Contains kitt-results and karr-* folders.',
  },
  {
    key: 'event_days',
    label: 'Days to keep events',
    description: 'Log lines are kept as long as their test.',
  },
]

/** The values of the fields; the key is empty unless a new one is entered. */
export type Values = Record<TextKey, string> & { protect_reads: boolean; devon_api_key: string }

export const valuesOf = (view: SettingsView): Values => ({
  model_dir: view.model_dir.value,
  devon_url: view.devon_url.value ?? '',
  results_dir: view.results_dir.value,
  event_days: String(view.event_days.value),
  protect_reads: view.protect_reads.value,
  devon_api_key: '',
})

/** The changed values, as the API takes them. */
export function changeOf(before: Values, now: Values): SettingsChange {
  const change: SettingsChange = {}
  if (now.model_dir !== before.model_dir) change.model_dir = now.model_dir
  if (now.devon_url !== before.devon_url) change.devon_url = now.devon_url
  if (now.results_dir !== before.results_dir) change.results_dir = now.results_dir
  if (now.event_days !== before.event_days) change.event_days = Number(now.event_days)
  if (now.protect_reads !== before.protect_reads) change.protect_reads = now.protect_reads
  if (now.devon_api_key !== '') change.devon_api_key = now.devon_api_key
  return change
}

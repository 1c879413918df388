import type { SettingsChange, SettingsView } from '../../api/settings.ts'

export type Source = SettingsView['model_dir']['source']

/** Where a value comes from, in words. */
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
    description: 'The service that finds and downloads models. Empty: none.',
  },
  { key: 'results_dir', label: 'Results directory', description: 'Holds kitt-results and karr-* folders.' },
  { key: 'event_days', label: 'Days that events are kept', description: 'Log lines stay with their test.' },
]

/** What the fields hold: everything as text, the key empty unless a new one is typed. */
export type Values = Record<TextKey, string> & { protect_reads: boolean; devon_api_key: string }

export const valuesOf = (view: SettingsView): Values => ({
  model_dir: view.model_dir.value,
  devon_url: view.devon_url.value ?? '',
  results_dir: view.results_dir.value,
  event_days: String(view.event_days.value),
  protect_reads: view.protect_reads.value,
  devon_api_key: '',
})

/** What was changed, as the API takes it. */
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

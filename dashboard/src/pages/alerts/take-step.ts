import { kitt, read } from '../../api/kitt.ts'
import type { Step } from './steps.ts'

/** What a person gives with a step; `until` is a day, `YYYY-MM-DD`. */
export type Given = { note: string; until: string; version: string }

/** Takes a step of an alert. @throws ApiError where its state does not allow it */
export function takeStep(id: string, step: Step, { note, until, version }: Given) {
  const param = { id }
  const alert = kitt().api.v1.alerts[':id']
  if (step !== 'silence') return read(alert[step].$post({ param, json: { note: note.trim() } }))
  const end = until === '' ? {} : { until: new Date(`${until}T00:00:00`).toISOString() }
  const next = version.trim() === '' ? {} : { version: version.trim() }
  return read(alert.silence.$post({ param, json: { ...end, ...next, reason: note.trim() } }))
}

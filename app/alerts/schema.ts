import { z } from 'zod'
import { ALERT_STATES } from '../../lib/states.ts'
import { Id, QueryFlag, Text } from '../http/fields.ts'
import { Instant } from '../results/schema.ts'
import { Difference, Mark } from '../setups/schema.ts'

export const AlertState = z.enum(ALERT_STATES)
export type AlertState = z.infer<typeof AlertState>

/** A metric of an alert; `delta_pct` is positive for an increase. Of a share, such as an accuracy, in points. */
export const AlertMetric = z.object({
  name: z.string(),
  unit: z.string().nullable(),
  better: z.enum(['higher', 'lower']).nullable(),
  reference: z.number(),
  /** The suspect run's value, or the mean of the confirming runs. */
  value: z.number(),
  delta_pct: z.number(),
  /** Of 1 + the change: of a metric that is no share, of the ratio. */
  ci95: z.tuple([z.number(), z.number()]).nullable(),
  p: z.number().nullable(),
})
export type AlertMetric = z.infer<typeof AlertMetric>

/** A suspected change for the worse, and what became of it. */
export const Alert = z.object({
  id: z.string(),
  setup_id: z.string(),
  setup_label: z.string(),
  agent_id: z.string().nullable(),
  state: AlertState,
  /** The metric that changed most. */
  metric: z.string(),
  delta_pct: z.number(),
  metrics: z.array(AlertMetric),
  /** What changed between the last good and the first bad run. */
  differs: z.array(Difference),
  /** Where its series became so, found by its runs before and since; null while they do not show it. */
  began: Mark.nullable(),
  /** Why it is in its state, in words, and where it began if that was before the run that raised it. */
  reason: z.string(),
  /** Confirming runs that have a result, and that were planned. */
  confirmed_runs: z.number(),
  planned_runs: z.number(),
  silenced_until: z.string().nullable(),
  silenced_version: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
})
export type Alert = z.infer<typeof Alert>

/** `open`: whether it holds, and is neither over nor accepted. */
export const AlertQuery = z.object({
  open: QueryFlag.optional(),
  state: AlertState.optional(),
  setup_id: Id.optional(),
  agent_id: Id.optional(),
  since: Instant.optional(),
})
export type AlertQuery = z.infer<typeof AlertQuery>

export const AlertRun = z.object({
  role: z.enum(['reference', 'suspect', 'confirm', 'control', 'after']),
  test_id: z.string().nullable(),
  result_id: z.string().nullable(),
  at: z.string().nullable(),
  /** The value of the alert's metric. */
  value: z.number().nullable(),
  valid: z.boolean().nullable(),
})
export type AlertRun = z.infer<typeof AlertRun>

export const AlertStep = z.object({
  state: AlertState,
  at: z.string(),
  by: z.string(),
  note: z.string(),
})
export type AlertStep = z.infer<typeof AlertStep>

/** With its runs by role, each role in the order of their times, and its history. */
export const AlertDetail = Alert.extend({ runs: z.array(AlertRun), steps: z.array(AlertStep) })
export type AlertDetail = z.infer<typeof AlertDetail>

/** A step that a person takes. */
export const AlertNote = z.strictObject({ note: Text(2000).default('') })
export type AlertNote = z.infer<typeof AlertNote>

/** Silences an alert until a time, or until the engine has another version. */
export const AlertSilence = z
  .strictObject({
    until: Instant.optional(),
    version: Text(200).min(1).optional(),
    reason: Text(2000).min(1),
  })
  .refine(({ until, version }) => until !== undefined || version !== undefined, 'needs until or version')
export type AlertSilence = z.infer<typeof AlertSilence>

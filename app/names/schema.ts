import { z } from 'zod'
import { Text } from '../http/fields.ts'

/** What has an id or a name that people type. */
export const Kind = z.enum([
  'agent',
  'quicktest',
  'campaign',
  'result',
  'setup',
  'alert',
  'schedule',
  'profile',
  'baseline',
  // What results have in common, by name alone.
  'model',
  'engine',
  'suite',
])
export type Kind = z.infer<typeof Kind>

/** The most that one answer holds. */
export const MOST_NAMES = 20

/** `q` is an id, the beginning of one, or a name; without it, the newest ones. */
export const NamesQuery = z.object({ kind: Kind, q: Text(200).default('') })
export type NamesQuery = z.infer<typeof NamesQuery>

/** Ids with their names; `more` if there are others that fit, `near` the nearest name if nothing fits. */
export const Names = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string() })),
  more: z.boolean(),
  near: z.string().nullable(),
})
export type Names = z.infer<typeof Names>

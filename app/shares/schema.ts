import { z } from 'zod'
import { Id, NewName, Text } from '../http/fields.ts'
import { CompareRequest } from '../results/analysis-schema.ts'
import { Instant, StoredResult } from '../results/schema.ts'
import { EnvironmentSeen, JudgedComparison, Series } from '../setups/schema.ts'

/** What a link shows: one result, a comparison, or a metric of a setup over time, `since` a time. */
export const SharedView = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('result'), id: Id }),
  z.strictObject({ kind: z.literal('comparison'), ids: CompareRequest.shape.ids }),
  z.strictObject({
    kind: z.literal('series'),
    setup_id: Id,
    metric: Text(200).min(1),
    since: Instant.optional(),
  }),
])
export type SharedView = z.infer<typeof SharedView>

/** @example { name: 'for the vendor', view: { kind: 'result', id: '4f0c9a3be1d27586' } } */
export const NewShare = z.strictObject({
  name: NewName,
  view: SharedView,
  /** 30 days from now by default, at most a year. */
  expires_at: Instant.optional(),
  /** Show the names of hosts and agents. */
  hosts: z.boolean().default(false),
  /** Show notes and tags. */
  notes: z.boolean().default(false),
})
export type NewShare = z.infer<typeof NewShare>

/** `secret` is shown this once; `url` has it behind `#`, so that no server is sent it in an address. */
export const ShareCreated = z.object({
  id: z.string(),
  secret: z.string(),
  url: z.string(),
  expires_at: z.string(),
})

/** Times are ISO 8601 in UTC. */
export const Share = z.object({
  id: z.string(),
  name: z.string(),
  view: z.looseObject({ kind: z.enum(['result', 'comparison', 'series']) }),
  hosts: z.boolean(),
  notes: z.boolean(),
  expired: z.boolean(),
  expires_at: z.string(),
  created_by: z.string(),
  created_at: z.string(),
})
export type Share = z.infer<typeof Share>

const About = { name: z.string(), created_at: z.string(), expires_at: z.string() }

/** What a setup is, where a series of it is shared. */
export const SharedSetup = z.object({
  label: z.string(),
  model: z.string(),
  engine: z.string(),
  hardware: z.string(),
  benchmark: z.string(),
  load: z.string(),
  simulated: z.boolean(),
  environments: z.array(EnvironmentSeen),
})

/** What a link shows. */
export const Shared = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), ...About, result: StoredResult }),
  z.object({ kind: z.literal('comparison'), ...About, comparison: JudgedComparison }),
  z.object({ kind: z.literal('series'), ...About, setup: SharedSetup, series: Series }),
])
export type Shared = z.infer<typeof Shared>

import { z } from 'zod'
import { Id, Text } from '../http/fields.ts'
import { ResultFilter, StoredResult } from './schema.ts'

/** What results may be grouped by. */
export const Dimension = z.enum(['model', 'engine', 'suite_name', 'agent_id', 'gpu_model'])
export type Dimension = z.infer<typeof Dimension>

const oneOrMore = <T extends z.ZodType<string>>(item: T, max: number) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1).max(max)])

/** `group_by` one or several, comma separated; `metric` repeatable; the filters of the list. */
export const AggregateQuery = ResultFilter.extend({
  group_by: Text(200)
    .default('model')
    .transform((text) => [...new Set(text.split(',').map((part) => part.trim()))])
    .pipe(z.array(Dimension)),
  metric: oneOrMore(Text(200).min(1), 50).optional(),
})
export type AggregateQuery = z.infer<typeof AggregateQuery>

/** Null where a value is undefined, such as the spread of a single result. */
export const Statistics = z.object({
  count: z.number(),
  avg: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  p50: z.number().nullable(),
  p95: z.number().nullable(),
  stddev: z.number().nullable(),
})
export type Statistics = z.infer<typeof Statistics>

/** Each item has the values of the dimensions, the number of results with them, and their metrics. */
export const Aggregate = z.object({
  group_by: z.array(Dimension),
  items: z.array(
    z.object({
      model: z.string().optional(),
      engine: z.string().optional(),
      suite_name: z.string().optional(),
      agent_id: z.string().nullable().optional(),
      gpu_model: z.string().optional(),
      count: z.number(),
      metrics: z.record(z.string(), Statistics),
    }),
  ),
})
export type Aggregate = z.infer<typeof Aggregate>

export const CompareRequest = z.strictObject({
  ids: z
    .array(Id)
    .min(2)
    .max(50)
    .refine((ids) => new Set(ids).size === ids.length, 'must not name a result twice'),
})
export type CompareRequest = z.infer<typeof CompareRequest>

/** One metric by result id. `delta_pct` is against the first; `best` needs a direction and a difference. */
export const ComparedMetric = z.object({
  name: z.string(),
  unit: z.string().nullable(),
  better: z.enum(['higher', 'lower']).nullable(),
  values: z.record(z.string(), z.number().nullable()),
  delta_pct: z.record(z.string(), z.number().nullable()),
  best: z.string().nullable(),
})
export type ComparedMetric = z.infer<typeof ComparedMetric>

export const Comparison = z.object({
  items: z.array(StoredResult),
  missing: z.array(z.string()),
  metrics: z.array(ComparedMetric),
})
export type Comparison = z.infer<typeof Comparison>

import { z } from 'zod'
import { AnyObject, Id, List, QueryFlag, Text, UpTo } from '../http/fields.ts'

const loose = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined)

/** The most benchmark runs searched for metrics; a document with more is kept as it came. */
const RUNS = 1000

/** One benchmark within a result. */
export const BenchmarkResult = z.looseObject({
  test_name: loose(UpTo(200)),
  run_number: loose(z.number().int()),
  passed: loose(z.boolean()),
  metrics: loose(AnyObject),
})

/**
 * A result as agents report it and as `metrics.json` holds it. Only `model` and `engine` are required; other
 * members are kept as they came, and those of an unexpected type are kept but not used.
 */
export const ResultDocument = z.looseObject({
  model: Text(500).min(1),
  engine: Text(200).min(1),
  suite_name: loose(UpTo(200)),
  timestamp: loose(z.union([UpTo(100), z.number()])),
  passed: loose(z.boolean()),
  simulated: loose(z.boolean()),
  results: loose(z.array(BenchmarkResult.catch({})).max(RUNS)),
  metrics: loose(AnyObject),
  /** What an importer was told to tag it with. */
  tags: loose(z.array(Text(100)).max(50)),
  provenance: loose(UpTo(50)),
  system_info: loose(
    z.looseObject({
      gpu: loose(z.looseObject({ model: loose(UpTo(300)) })),
      fingerprint: loose(z.string()),
    }),
  ),
})
export type ResultDocument = z.infer<typeof ResultDocument>

/** An agent's report on a command. */
export const ResultReport = z.object({
  /** Without one, the result belongs to no test. */
  command_id: Text(128).nullish(),
  status: Text(100).nullish(),
  container_id: Text(200).nullish(),
  error: UpTo(64 * 1024).nullish(),
  result_data: ResultDocument.nullish(),
})
export type ResultReport = z.infer<typeof ResultReport>

export const ResultAccepted = z.object({ accepted: z.literal(true), result_id: z.string().nullable() })

/** `created` is false where a document of the same content was imported before. */
export const ResultImported = z.object({ id: z.string(), created: z.boolean() })

/** The main metric of a result. */
export const Headline = z.object({ name: z.string(), value: z.number() })
export type Headline = z.infer<typeof Headline>

/** The stored document and KITT's own fields. */
export const StoredResult = z.looseObject({
  model: z.string(),
  engine: z.string(),
  id: z.string(),
  agent_id: z.string().nullable(),
  quick_test_id: z.string().nullable(),
  campaign_id: z.string().nullable(),
  received_at: z.string(),
  simulated: z.boolean(),
  /** How far the agent's clock was ahead of the server's; lists are sorted by the corrected time. */
  clock_offset_ms: z.number().exactOptional(),
  /** What people noted on it, where they did. */
  kitt_notes: z.string().exactOptional(),
  kitt_tags: z.array(z.string()).exactOptional(),
  /** The name that its campaign gives the model, if `model` is a path. */
  campaign_model: z.string().exactOptional(),
})
export type StoredResult = z.infer<typeof StoredResult>

export const ResultPage = List(StoredResult)
export type ResultPage = z.infer<typeof ResultPage>

/** A time in a query or body, as epoch ms. */
export const Instant = UpTo(40)
  .refine(
    (text) => !Number.isNaN(Date.parse(text)),
    'must be a time, like 2026-01-31 or 2026-01-31T12:00:00Z',
  )
  .transform((text) => Date.parse(text))

/** Which results; times are ISO 8601, `until` is exclusive. */
export const ResultFilter = z.object({
  model: Text(500).optional(),
  engine: Text(200).optional(),
  suite_name: Text(200).optional(),
  agent_id: Id.optional(),
  campaign_id: Id.optional(),
  passed: QueryFlag.optional(),
  simulated: QueryFlag.optional(),
  tag: Text(100).min(1).optional(),
  since: Instant.optional(),
  until: Instant.optional(),
  q: Text(500).optional(),
})
export type ResultFilter = z.infer<typeof ResultFilter>

/** `timestamp`, `model`, `engine` or `metric:<name>`; `-` before it for descending. */
export const ResultSort = Text(220).regex(
  /^-?(timestamp|model|engine|metric:.+)$/,
  'must be timestamp, model, engine or metric:<name>, with - for descending',
)
export type ResultSort = z.infer<typeof ResultSort>

import { z } from 'zod'
import { Text } from '../http/fields.ts'
import { ResultImported } from './schema.ts'

const Fact = (max: number) => Text(max).trim().min(1).optional()

const Instant = z
  .string()
  .max(40)
  .refine(
    (text) => !Number.isNaN(Date.parse(text)),
    'must be a time, like 2026-01-31 or 2026-01-31T12:00:00Z',
  )
  .optional()

const Count = z
  .string()
  .regex(/^[1-9]\d{0,4}$/, 'must be a whole number from 1 to 99999')
  .transform(Number)
  .optional()

const Tag = Text(100).trim().min(1)

const oneOrMore = <T extends z.ZodType<string>>(item: T, max: number) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1).max(max)]).optional()

/** The name of KITT's own format. */
export const OWN = 'kitt'

/** What a file does not say about itself, and how to take it. */
export const ImportQuery = z.object({
  /** What the file is; without it, that is found by its content. */
  format: Text(60).optional(),
  /**
   * Where a metric is in a file of no known tool, and in which unit, like `ttft_ms.p50=latency.ttft:s`. Repeatable:
   * each object of the file is a run then.
   */
  map: oneOrMore(Text(300).min(3), 50),
  /** `1`: nothing is stored; the answer says what would be. */
  dry_run: z
    .enum(['1', 'true', '0', 'false'])
    .transform((text) => text === '1' || text === 'true')
    .optional(),
  model: Fact(500),
  engine: Fact(200),
  engine_version: Fact(200),
  gpu_model: Fact(300),
  gpu_count: Count,
  host: Fact(253),
  /** When it was measured. */
  timestamp: Instant,
  /** Repeatable. */
  tag: oneOrMore(Tag, 20),
  /** The file's name or path: some tools tell the date or the benchmark there alone. */
  file: Text(1000).optional(),
  /** When the file was last changed: the last choice for the time of its runs. */
  file_time: Instant,
})
export type ImportQuery = z.infer<typeof ImportQuery>

const ImportWarning = z.object({ code: z.string(), message: z.string() })

/** `known`: the same measurement was imported before. In a dry run, `stored` is what would be. */
export const ImportedRun = z.object({
  result_id: z.string().nullable(),
  /** The setup of its first benchmark, whose series it becomes part of; null if refused, or not known yet. */
  setup_id: z.string().nullable(),
  state: z.enum(['stored', 'known', 'refused']),
  reason: z.string().nullable(),
  model: z.string().nullable(),
  engine: z.string().nullable(),
  timestamp: z.union([z.string(), z.number()]).nullable(),
  /** Where the time is from: `file`, `file_local` (without a zone), `file_name`, `file_time`, `asserted`, `received`. */
  timestamp_source: z.string().nullable(),
  benchmarks: z.array(z.string()),
  metrics: z.record(z.string(), z.number()),
  missing: z.array(z.string()),
  warnings: z.array(ImportWarning),
})
export type ImportedRun = z.infer<typeof ImportedRun>

/** The runs of an imported file. */
export const FileImported = z.object({
  format: z.string(),
  tool: z.string(),
  /** The version of the tool. */
  version: z.string().nullable(),
  dry_run: z.boolean(),
  runs: z.array(ImportedRun),
  /** The fields that neither the file nor the caller told, of any run. */
  missing: z.array(z.string()),
  warnings: z.array(ImportWarning),
})
export type FileImported = z.infer<typeof FileImported>

/** KITT's own documents are answered with `id` and `created`, files of other tools and dry runs with their runs. */
export const ImportAnswer = z.union([ResultImported, FileImported])

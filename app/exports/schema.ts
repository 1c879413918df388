import { z } from 'zod'
import { formatNumber } from '../../lib/format-number.ts'
import { Id, QueryFlag, Text } from '../http/fields.ts'
import { ResultFilter } from '../results/schema.ts'

/**
 * `json`, `jsonl`: the documents; `csv`, `parquet`: a row a result; `llm-d`: benchmark reports, one a line;
 * `bencher`: Bencher Metric Format; the last two: github-action-benchmark, by the direction that is better.
 */
export const ExportFormat = z.enum([
  'json',
  'jsonl',
  'csv',
  'parquet',
  'llm-d',
  'bencher',
  'github-smaller',
  'github-bigger',
])
export type ExportFormat = z.infer<typeof ExportFormat>

/** The formats that can hold a row a request. */
export const OF_REQUESTS: readonly ExportFormat[] = ['json', 'jsonl', 'csv', 'parquet']

const IDS_MAX = 100
const METRICS_MAX = 100

/** Ids, separated by commas. */
const Ids = Text(IDS_MAX * 129)
  .transform((text) => [...new Set(text.split(',').filter(Boolean))])
  .pipe(z.array(Id).min(1).max(IDS_MAX))

const Metric = Text(200).min(1)
const Metrics = z.union([Metric.transform((one) => [one]), z.array(Metric).min(1).max(METRICS_MAX)])

/** The filters of the list or up to a hundred `ids`; `metric` (repeatable) chooses columns; `outputs`: whole documents. */
export const ExportQuery = ResultFilter.extend({
  format: ExportFormat.default('json'),
  requests: QueryFlag.optional(),
  outputs: QueryFlag.optional(),
  ids: Ids.optional(),
  metric: Metrics.optional(),
})
  .refine(({ format, requests }) => !requests || OF_REQUESTS.includes(format), {
    path: ['requests'],
    error: 'needs the format json, jsonl, csv or parquet',
  })
  .refine(({ format, outputs }) => !outputs || format === 'json' || format === 'jsonl', {
    path: ['outputs'],
    error: 'needs the format json or jsonl',
  })
export type ExportQuery = z.infer<typeof ExportQuery>

/** The header of an export with the number of results in it. */
export const RESULTS_HEADER = 'Kitt-Results'

/** The header with the results that an export leaves out, by reason: `2 failed, 1 prefix_cache`; absent if there are none. */
export const LEFT_OUT_HEADER = 'Kitt-Left-Out'

/** How many results are left out for each reason. */
export type LeftOut = Readonly<Record<string, number>>

export const leftOutText = (leftOut: LeftOut): string =>
  Object.entries(leftOut)
    .map(([reason, results]) => `${formatNumber(results)} ${reason}`)
    .join(', ')

/** Reads the header; `{}` without one. */
export const leftOutOf = (header: string | null): LeftOut =>
  Object.fromEntries(
    [...(header ?? '').matchAll(/(\d+) (\w+)/g)].map(([, results, reason]) => [reason, Number(results)]),
  )

/** The formats that are JSON; the others are files of their own type. */
export const ExportAnswer = z.union([z.array(z.looseObject({})), z.looseObject({})])

type About = { type: string; ending: string }

/** The Content-Type of a format, and how its files' names end. */
export const FILES: Readonly<Record<ExportFormat, About>> = {
  json: { type: 'application/json', ending: 'json' },
  jsonl: { type: 'application/x-ndjson', ending: 'jsonl' },
  csv: { type: 'text/csv; charset=utf-8', ending: 'csv' },
  parquet: { type: 'application/vnd.apache.parquet', ending: 'parquet' },
  'llm-d': { type: 'application/x-ndjson', ending: 'llm-d.jsonl' },
  bencher: { type: 'application/json', ending: 'bencher.json' },
  'github-smaller': { type: 'application/json', ending: 'github-smaller.json' },
  'github-bigger': { type: 'application/json', ending: 'github-bigger.json' },
}

import type { Orm } from '../../../db/database.ts'
import { query, raw, sql } from '../../../db/sql.ts'
import { heldFrom } from '../held.ts'

/** A run's value of a metric; `samples`: the requests behind it, null if unknown. */
export type Value = { value: number; samples: number | null }
/** By metric, then by run. */
export type Values = Map<string, Map<number, Value>>

type Row = { metric: string; seq: number } & Value

/** Every metric of some runs of a setup. The names are found by skipping through the index: a setup has many runs. */
export async function valuesOf(orm: Orm, setupId: string, seqs: readonly number[]): Promise<Values> {
  const rows = await query<Row>(
    orm,
    sql`WITH RECURSIVE names(metric) AS (
        SELECT min(metric) FROM setup_values WHERE setup_id = ${setupId}
        UNION ALL
        SELECT (SELECT min(metric) FROM setup_values WHERE setup_id = ${setupId} AND metric > names.metric)
        FROM names WHERE names.metric IS NOT NULL)
      SELECT v.metric AS metric, v.run_seq AS seq, v.value AS value, v.samples AS samples
      FROM json_each(${JSON.stringify(seqs)}) AS run
        CROSS JOIN setup_runs r ON r.setup_id = ${setupId} AND r.run_seq = run.value
        CROSS JOIN names
        CROSS JOIN setup_values v
          ON v.setup_id = ${setupId} AND v.metric = names.metric AND v.at = r.at AND v.run_seq = r.run_seq`,
  )
  const values: Values = new Map()
  for (const { metric, seq, value, samples } of rows) {
    const of = values.get(metric) ?? new Map<number, Value>()
    values.set(metric, of.set(seq, { value, samples }))
  }
  return values
}

/** Runs that tell the noise of a series. */
const HISTORY_RUNS = 20
const HISTORY_MS = 90 * 86_400_000

/**
 * A value of the past, the environment of its run, and the stretch of the series that it is in: a change that an alert
 * holds begins one, as a segment does.
 */
export type Past = { seq: number; value: number; stretch: number; environment: string }

/** The latest valid values of a metric before a time, at most 90 days old, without those of some runs. */
export const pastValues = (
  orm: Orm,
  {
    setupId,
    metric,
    before,
    without,
  }: { setupId: string; metric: string; before: number; without: number[] },
): Promise<Past[]> =>
  query<Past>(
    orm,
    sql`SELECT v.run_seq AS seq, v.value AS value, r.environment_id AS environment,
        (SELECT count(*) FROM segments s WHERE s.setup_id = v.setup_id AND s.from_at <= v.at)
          + (v.at >= coalesce(${heldFrom(sql`v.setup_id`)}, 9e15)) AS stretch
      FROM setup_values v JOIN setup_runs r ON r.setup_id = v.setup_id AND r.run_seq = v.run_seq
      WHERE v.setup_id = ${setupId} AND v.metric = ${metric} AND r.valid = 1
        AND v.at > ${before - HISTORY_MS} AND v.at <= ${before}
        AND v.run_seq NOT IN (SELECT value FROM json_each(${JSON.stringify(without)}))
      ORDER BY v.at DESC LIMIT ${raw(String(HISTORY_RUNS))}`,
  )

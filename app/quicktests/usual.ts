import type { Orm } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { type Past, usualOf } from './forecast.ts'

/** What two tests must have in common to take about as long. `options` is the stored text. */
export type Measured = {
  model_path: string
  engine_name: string
  benchmark_name: string
  suite_name: string
  options: string | null
}

/** Of a measurement, the latest tests that are looked at, and those of them that count. */
const LOOKED_AT = 50
const COUNTED = 10

/** Tells how long a measurement usually takes on an agent, ms; undefined if it is not known. */
export type Usual = (measured: Measured, agent_id: string | null) => number | undefined

/** Reads how long these measurements took before, in one statement. */
export async function usualTimes(orm: Orm, measured: readonly Measured[]): Promise<Usual> {
  const keys = [...new Set(measured.map(keyOf))]
  if (keys.length === 0) return () => undefined
  const rows = await query<{ asked: string; past: string }>(
    orm,
    sql`SELECT value AS asked, (
      SELECT json_group_array(json_array(agent_id, took)) FROM (
        SELECT agent_id, took FROM (
          SELECT agent_id, completed_at - started_at AS took, suite_name, options FROM quick_tests
          WHERE status = 'completed' AND model_path = json_extract(asked.value, '$[0]')
            AND engine_name = json_extract(asked.value, '$[1]')
            AND benchmark_name = json_extract(asked.value, '$[2]')
          ORDER BY completed_at DESC LIMIT ${LOOKED_AT})
        WHERE took IS NOT NULL AND suite_name = json_extract(asked.value, '$[3]')
          AND options IS json_extract(asked.value, '$[4]')
        LIMIT ${COUNTED})) AS past
    FROM json_each(${JSON.stringify(keys)}) AS asked`,
  )
  const known = new Map(rows.map(({ asked, past }) => [asked, JSON.parse(past) as Past[]]))
  return (one, agent_id) => usualOf(known.get(keyOf(one)) ?? [], agent_id)
}

const keyOf = ({ model_path, engine_name, benchmark_name, suite_name, options }: Measured) =>
  JSON.stringify([model_path, engine_name, benchmark_name, suite_name, options])

import { literals } from '../../db/schema/columns.ts'
import { query, raw, sql } from '../../db/sql.ts'
import type { WriteTx } from '../../db/writer.ts'
import { heldFrom } from './held.ts'
import { pooledSds } from './pooled.ts'
import type { SetupState } from './schema.ts'
import { isByCount, rankOf, toldState } from './state.ts'
import type { Threshold } from './statistics/thresholds.ts'
import { type Latest, summarised, summaryOf } from './summary-metrics.ts'
import { SYSTEMATIC } from './validity.ts'

/** Valid runs of a segment with which the last was judged by five others; with fewer than four, by none. */
const STEADY_FROM = 6
const LEARNING_BELOW = 4

type Row = {
  id: string
  label: string
  agent_id: string | null
  state: SetupState
  partial: number
  simulated: number
  /** When its segment begins, epoch ms. */
  since: number
  load: string
  valid: number
  metrics: string
}

/**
 * Brings setups up to date with their runs: values for lists, the states that depend on their number, and the event
 * of each.
 */
export async function refreshSetups(tx: WriteTx, ids: readonly string[], at: number) {
  for (const id of ids) {
    await settleDoubts(tx, id)
    await refreshOne(tx, id, at)
  }
}

async function refreshOne(tx: WriteTx, id: string, at: number) {
  const [row] = await query<Row>(tx.orm, SUMMARY(id))
  if (!row) return
  const state = isByCount(row.state) ? byCount(row) : row.state
  const latest = JSON.parse(row.metrics) as Record<string, Latest>
  const shown = summarised(latest, JSON.parse(row.load))
  const metrics = summaryOf(latest, shown, await pooledFor(tx, row, shown, at))
  const [updated] = await tx.execute<{ runs: number }>(
    'UPDATE setups SET state = ?, state_rank = ?, summary = ? WHERE id = ? RETURNING runs',
    [state, rankOf(state), JSON.stringify(metrics), id],
  )
  const runs = updated?.runs ?? 0
  tx.emit(toldState({ ...row, runs }, state, at))
}

/** For a setup with few runs that the watch can judge all the same: its list is to say what the watch says. */
async function pooledFor(tx: WriteTx, row: Row, shown: ReadonlyMap<string, Threshold>, at: number) {
  const isShort = row.valid >= LEARNING_BELOW && row.valid < STEADY_FROM
  if (!isShort || row.state === 'learning') return new Map<string, number>()
  const { id, agent_id, simulated, since } = row
  return pooledSds(tx.orm, { id, agent_id, simulated: simulated === 1 }, shown, { now: at, since })
}

/** Between the two, the watch knows whether the noise of like series lets it judge. */
function byCount({ state, valid, partial }: Row): SetupState {
  if (partial === 1 || valid < LEARNING_BELOW) return 'learning'
  return valid >= STEADY_FROM ? 'steady' : state
}

/** The latest valid values of each metric, newest first: one more than a reference has. */
const LATEST = 21

/** Where the last segment begins; the first also has what arrives late with a time before it. */
const SEGMENT = sql`(SELECT CASE WHEN count(*) > 1 THEN max(from_at) ELSE -9e15 END FROM segments WHERE setup_id = s.id)`

const HELD = sql`coalesce(${heldFrom(sql`s.id`)}, 9e15)`

const SUMMARY = (id: string) => sql`
  SELECT s.id, s.label, s.agent_id, s.state, s.partial, s.simulated, ${SEGMENT} AS since, s.key -> 'load' AS load,
    (SELECT count(*) FROM (SELECT 1 FROM setup_runs AS r
      WHERE r.setup_id = s.id AND r.at >= ${SEGMENT} AND r.valid = 1 LIMIT ${STEADY_FROM})) AS valid,
    (SELECT json_group_object(metric, json(latest)) FROM (
      SELECT names.metric AS metric, (SELECT json_group_array(json_array(value, at)) FROM (
        SELECT v.value, v.at FROM setup_values AS v
        JOIN setup_runs AS r ON r.setup_id = v.setup_id AND r.run_seq = v.run_seq
        WHERE v.setup_id = s.id AND v.metric = names.metric AND v.at >= ${SEGMENT} AND r.valid = 1
          AND (v.at < ${HELD} OR v.at = s.last_at)
        ORDER BY v.at DESC, v.run_seq DESC LIMIT ${LATEST})) AS latest
      FROM (${NAMES(id)}) AS names)) AS metrics
  FROM setups AS s WHERE s.id = ${id}`

/** The metrics that the setup has, by skipping through the index. */
const NAMES = (id: string) => sql`
  WITH RECURSIVE known(metric) AS (
    SELECT min(metric) FROM setup_values WHERE setup_id = ${id}
    UNION ALL
    SELECT (SELECT min(metric) FROM setup_values WHERE setup_id = ${id} AND metric > known.metric)
    FROM known WHERE known.metric IS NOT NULL)
  SELECT metric FROM known WHERE metric IS NOT NULL`

/** A systematic doubt is one only where some runs of the setup are without it: so many of the latest are looked at. */
const AMONG = 100
const ONLY_SYSTEMATIC = raw(
  literals([SYSTEMATIC.slice(0, 1), SYSTEMATIC.slice(1), SYSTEMATIC].map((one) => JSON.stringify(one))),
)

async function settleDoubts(tx: WriteTx, id: string) {
  const latest = sql`SELECT run_seq, reasons, valid FROM setup_runs AS r
    WHERE setup_id = ${id} AND at >= (SELECT CASE WHEN count(*) > 1 THEN max(from_at) ELSE -9e15 END FROM segments WHERE setup_id = ${id})
    ORDER BY at DESC LIMIT ${AMONG}`
  const [found] = await query<{ doubtful: number; clean: number }>(
    tx.orm,
    sql`SELECT count(*) FILTER (WHERE reasons IN ${ONLY_SYSTEMATIC}) AS doubtful,
      count(*) FILTER (WHERE reasons = '[]') AS clean FROM (${latest})`,
  )
  if (!found?.doubtful) return
  const valid = found.clean === 0 ? 1 : 0
  const change = sql`UPDATE setup_runs SET valid = ${valid} WHERE setup_id = ${id} AND reasons IN ${ONLY_SYSTEMATIC}
    AND valid <> ${valid} AND run_seq IN (SELECT run_seq FROM (${latest}))`
  await tx.execute(change.text, [...change.args])
}

/** Corrects the number of runs and the last time of setups, after results were deleted. */
export async function recountRuns(tx: WriteTx, ids: readonly string[]): Promise<void> {
  await tx.execute(
    `UPDATE setups SET runs = (SELECT count(*) FROM setup_runs WHERE setup_id = setups.id),
      last_at = coalesce((SELECT max(at) FROM setup_runs WHERE setup_id = setups.id), 0)
      WHERE id IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(ids)],
  )
}

/** Removes the setups without runs, with their event. @returns their ids */
export async function removeEmptied(tx: WriteTx, at: number): Promise<string[]> {
  const gone = await tx.execute<Parameters<typeof toldState>[0] & { state: SetupState }>(
    'DELETE FROM setups WHERE runs <= 0 AND NOT EXISTS (SELECT 1 FROM setup_runs WHERE setup_id = setups.id) RETURNING id, label, agent_id, runs, state',
    [],
  )
  for (const row of gone) tx.emit(toldState({ ...row, runs: 0 }, row.state, at))
  const ids = gone.map(({ id }) => id)
  if (ids.length > 0)
    await tx.execute('DELETE FROM rules WHERE setup_id IN (SELECT value FROM json_each(?))', [
      JSON.stringify(ids),
    ])
  return ids
}

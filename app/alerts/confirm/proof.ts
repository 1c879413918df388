import { and, asc, eq, sql } from 'drizzle-orm'
import type { Orm } from '../../../db/database.ts'
import { type Given, reading } from '../../../db/read.ts'
import { alertRuns, environments, quickTests, runs, setupRuns, setupValues } from '../../../db/schema.ts'
import { isOneOf, OPEN_TEST } from '../../../lib/states.ts'
import type { ProofRun } from './weigh.ts'

/** A run that is made for an alert. `waits`: not queued yet; `open`: without an outcome yet. */
export type Made = {
  n: number
  role: 'confirm' | 'control'
  test_id: string | null
  result_id: string | null
  state: 'waits' | 'open' | 'valid' | 'failed'
  /** Why it does not count. */
  why: string
  /** When its test was queued, and ended. */
  asked_at: number | null
  ended_at: number | null
  values: ReadonlyMap<string, number>
}

/** How long a result may come after its test, and its place in a setup after that, ms. */
const GRACE_MS = 60_000

/**
 * The runs made for an alert, and their values in a setup: that of the alert, or another one that the same tests measure.
 * @param now epoch ms
 */
export async function madeFor(orm: Orm, alertId: string, setupId: string, now: number): Promise<Made[]> {
  const { rows, values } = await madeRows(orm, { alert: alertId, setup: setupId })
  const last = rows.findLast(({ role, valid }) => role === 'confirm' && valid === true)
  return rows.map((row): Made => {
    const { n, role, test_id, run_seq } = row
    const own = new Map(values.flatMap((one) => (one.run_seq === run_seq ? [[one.metric, one.value]] : [])))
    const outcome = ofAnotherEngine(row, last) ?? outcomeOf(row, now)
    return {
      ...{ n, test_id, ...outcome, values: own, result_id: row.run_id },
      role: role === 'control' ? 'control' : 'confirm',
      ...{ asked_at: row.created_at, ended_at: row.completed_at },
    }
  })
}

type Row = Awaited<ReturnType<typeof madeRows>>['rows'][number]

type Engine = Record<'version' | 'digest', string | null>

/** A valid run on another engine than the last one tells nothing of that one: it was upgraded meanwhile. */
function ofAnotherEngine(row: Row, last: Engine | undefined): Pick<Made, 'state' | 'why'> | undefined {
  if (row.role !== 'confirm' || !row.valid || !last || !isAnother(row, last)) return undefined
  const why =
    row.version === last.version
      ? 'It ran on another image than the last one.'
      : `It ran on engine ${row.version}, the last one on ${last.version}.`
  return { state: 'failed', why }
}

/** Whether two engines are known to differ. */
function isAnother(a: Engine, b: Engine): boolean {
  const differs = (field: keyof Engine) => a[field] !== null && b[field] !== null && a[field] !== b[field]
  return differs('version') || differs('digest')
}

function outcomeOf(row: Row, now: number): Pick<Made, 'state' | 'why'> {
  const failed = (why: string) => ({ state: 'failed' as const, why })
  if (row.test_id === null) return { state: 'waits', why: '' }
  if (row.status === null) return failed('Its test is gone.')
  if (isOneOf(OPEN_TEST, row.status)) return { state: 'open', why: '' }
  if (row.valid === true) return { state: 'valid', why: '' }
  if (row.valid === false) return failed(`It is left out of statistics: ${row.reasons?.join(', ')}.`)
  if (row.status !== 'completed') return failed(row.error ?? `The test was ${row.status}.`)
  if (row.parts > 0) return failed('It measured another setup.')
  if (now - (row.completed_at ?? 0) < GRACE_MS) return { state: 'open', why: '' }
  return failed(row.error ?? 'It ended without a result.')
}

const madeRows = reading((orm, given: Given<{ alert: string; setup: string }>) => {
  const made = and(eq(alertRuns.alert_id, given('alert')), sql`${alertRuns.role} <> 'suspect'`)
  const ofSetup = and(eq(setupRuns.run_seq, runs.seq), eq(setupRuns.setup_id, given('setup')))
  const fact = (name: string) => sql<string | null>`json_extract(${environments.facts}, ${`$.${name}`})`
  const engine = { version: fact('engine_version'), digest: fact('image_digest') }
  return {
    rows: orm
      .select({
        n: alertRuns.n,
        role: alertRuns.role,
        test_id: alertRuns.test_id,
        status: quickTests.status,
        error: quickTests.error,
        created_at: quickTests.created_at,
        completed_at: quickTests.completed_at,
        run_id: runs.id,
        run_seq: runs.seq,
        valid: setupRuns.valid,
        reasons: setupRuns.reasons,
        ...engine,
        parts: sql<number>`(select count(*) from setup_runs as part where part.run_seq = ${runs.seq})`,
      })
      .from(alertRuns)
      .leftJoin(quickTests, eq(quickTests.id, alertRuns.test_id))
      .leftJoin(runs, eq(runs.quick_test_id, alertRuns.test_id))
      .leftJoin(setupRuns, ofSetup)
      .leftJoin(environments, eq(environments.id, setupRuns.environment_id))
      .where(made)
      .orderBy(asc(alertRuns.n)),
    values: orm
      .select({ run_seq: setupValues.run_seq, metric: setupValues.metric, value: setupValues.value })
      .from(alertRuns)
      .innerJoin(runs, eq(runs.quick_test_id, alertRuns.test_id))
      .innerJoin(setupRuns, ofSetup)
      .innerJoin(
        setupValues,
        and(
          eq(setupValues.setup_id, given('setup')),
          sql`${setupValues.metric} in (select told.key from alerts as one, json_each(one.metrics) as told
            where one.id = ${given('alert')} or one.setup_id = ${given('setup')})`,
          eq(setupValues.at, setupRuns.at),
          eq(setupValues.run_seq, setupRuns.run_seq),
        ),
      )
      .where(made),
  }
})

/** Those whose values count. */
export const proofOf = (made: readonly Made[]): ProofRun[] => made.filter(({ state }) => state === 'valid')

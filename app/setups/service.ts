import { and, count, desc, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { environments, segments, setupRuns, setups } from '../../db/schema.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import type { Paging } from '../http/fields.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { shownName } from '../shown-name.ts'
import { indexProgress } from './index-state.ts'
import type { SetupKey } from './key.ts'
import { healthOf } from './rule-health.ts'
import { ruleOf } from './rules.ts'
import type { Segment, Setup, SetupDetail, SetupMetric, SetupPage, SetupQuery } from './schema.ts'
import { hardwareWords } from './words.ts'

type Row = typeof setups.$inferSelect
/** The hardware of its key, as JSON. */
type Listed = Omit<Row, 'key'> & { hardware: string }

const view = (row: Listed): Setup => ({
  id: row.id,
  label: row.label,
  model: shownName(row.model),
  engine: shownName(row.engine),
  agent_id: row.agent_id,
  hardware: shownName(hardwareWords(JSON.parse(row.hardware))),
  benchmark: shownName(row.benchmark),
  load: shownName(row.load),
  partial: row.partial,
  simulated: row.simulated,
  runs: row.runs,
  last_at: iso(row.last_at),
  state: row.state,
  metrics: row.summary as Record<string, SetupMetric>,
})

/** Setups, the worst first, then the newest; `indexing` while many stored results have no setup yet. */
export async function listSetups(
  deps: Pick<Deps, 'db'>,
  { q, ...query }: SetupQuery & Paging,
): Promise<SetupPage> {
  const { model, engine, agent_id, gpu_model, benchmark, state } = query
  const like = q === undefined ? undefined : `%${q.replace(/[\\%_]/g, (ch) => `\\${ch}`)}%`
  const filter = { model, engine, agent_id, gpu_model, benchmark, state, like }
  const page = await pageOf(query, async (rows) => {
    const found = await setupPage(deps.db.read, { ...filter, ...rows })
    return { total: found.total[0]?.n ?? 0, items: found.rows.map(view) }
  })
  const indexing = await indexProgress(deps)
  return indexing ? { ...page, indexing } : page
}

const EQUAL = ['model', 'engine', 'agent_id', 'gpu_model', 'benchmark', 'state'] as const

const { key, ...LISTED } = getTableColumns(setups)
const SHOWN = { ...LISTED, hardware: sql<string>`${setups.key} -> 'hardware'` }

type Filter = Omit<SetupQuery, 'q'> & { like: string | undefined }

const setupPage = reading((orm, given: Given<Filter & PageRows>, has) => {
  const where = and(
    ...EQUAL.map((name) => (has(name) ? eq(setups[name], given(name)) : undefined)),
    has('like') ? sql`${setups.label} LIKE ${given('like')} ESCAPE '\\'` : undefined,
  )
  return {
    total: orm.select({ n: count() }).from(setups).where(where),
    rows: orm
      .select(SHOWN)
      .from(setups)
      .where(where)
      .orderBy(setups.state_rank, desc(setups.last_at), setups.id)
      .limit(given('limit'))
      .offset(given('offset')),
  }
})

/** @throws NotFound */
export async function findSetup(orm: Orm, id: string): Promise<Row> {
  const { rows } = await setupById(orm, { id })
  if (!rows[0]) throw new NotFound('There is no such setup.')
  return rows[0]
}

const setupById = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select()
    .from(setups)
    .where(eq(setups.id, given('id'))),
}))

/** One setup with its key, segments, rule and the environments of its runs. @throws NotFound */
export async function getSetup({ db }: Pick<Deps, 'db'>, id: string): Promise<SetupDetail> {
  const row = await findSetup(db.read, id)
  const parts = JSON.parse(row.key) as SetupKey
  const [stretches, seen, rule, health] = await Promise.all([
    segmentsOf(db.read, row),
    environmentsSeen(db.read, { id }),
    ruleOf(db.read, id, parts.load),
    healthOf(db.read, id),
  ])
  return {
    ...view({ ...row, hardware: JSON.stringify(parts.hardware) }),
    key: parts,
    segments: stretches,
    rule: { ...rule, health },
    environments: seen.rows.map(({ facts, first_at, last_at, ...about }) => ({
      ...about,
      first_at: iso(first_at),
      last_at: iso(last_at),
      facts: JSON.parse(facts),
    })),
  }
}

/** The most environments shown of a setup, the latest. */
const ENVIRONMENTS_MAX = 100

const environmentsSeen = reading((orm, given: Given<{ id: string }>) => {
  const last = sql<number>`max(${setupRuns.at})`
  return {
    rows: orm
      .select({
        id: environments.id,
        facts: environments.facts,
        first_at: sql<number>`min(${setupRuns.at})`,
        last_at: last,
        runs: count(),
      })
      .from(setupRuns)
      .innerJoin(environments, eq(environments.id, setupRuns.environment_id))
      .where(eq(setupRuns.setup_id, given('id')))
      .groupBy(environments.id)
      .orderBy(desc(last))
      .limit(ENVIRONMENTS_MAX),
  }
})

/** A stretch of a series; times in epoch ms. `until` is exclusive, and infinite for the last. */
export type Stretch = { from: number; until: number; reason: string }

/** The segments of a setup in order. The first also has what arrived late with a time before it. */
export async function stretchesOf(orm: Orm, id: string): Promise<Stretch[]> {
  const { rows } = await segmentRows(orm, { id })
  return rows.map(({ from_at, reason }, i) => ({
    from: from_at,
    until: rows[i + 1]?.from_at ?? Number.POSITIVE_INFINITY,
    reason,
  }))
}

const segmentRows = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select({ from_at: segments.from_at, reason: segments.reason })
    .from(segments)
    .where(eq(segments.setup_id, given('id')))
    .orderBy(segments.from_at),
}))

async function segmentsOf(orm: Orm, { id }: Row): Promise<Segment[]> {
  const stretches = await stretchesOf(orm, id)
  return Promise.all(
    stretches.map(async ({ from, until, reason }, i) => {
      const bounds = {
        id,
        since: i === 0 ? -9e15 : from,
        before: until === Number.POSITIVE_INFINITY ? 9e15 : until,
      }
      const { rows } = await runsBetween(orm, bounds)
      const to = until === Number.POSITIVE_INFINITY ? null : iso(until)
      return { from: iso(from), to, runs: rows[0]?.n ?? 0, reason }
    }),
  )
}

const runsBetween = reading((orm, given: Given<{ id: string; since: number; before: number }>) => ({
  rows: orm
    .select({ n: count() })
    .from(setupRuns)
    .where(
      and(
        eq(setupRuns.setup_id, given('id')),
        sql`${setupRuns.at} >= ${given('since')}`,
        sql`${setupRuns.at} < ${given('before')}`,
      ),
    ),
}))

import { and, count, desc, eq, or } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { attempts, INSERTED, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { isOneOf, OPEN_TEST } from '../../lib/states.ts'
import { commandReady } from '../agents/events.ts'
import { findAgent } from '../agents/view.ts'
import { iso } from '../clock.ts'
import type { Deps } from '../deps.ts'
import { ENGINES, type EngineMode, EngineName } from '../engines/registry.ts'
import { NotFound } from '../errors.ts'
import { readLog } from '../events/log.ts'
import type { LogQuery, Paging } from '../http/fields.ts'
import { type Keep, keepNothing } from '../http/idempotency.ts'
import { type PageRows, pageOf } from '../http/page.ts'
import { headlinesOf } from '../results/headlines-of.ts'
import type { Headline } from '../results/schema.ts'
import { masked, restored } from '../secrets/vault.ts'
import { shownName } from '../shown-name.ts'
import { statusOf, type TestRow } from './events.ts'
import type { Forecast } from './forecast.ts'
import { checkLaunch, requireUsed } from './launch-check.ts'
import { queuesOf } from './queues.ts'
import type { NewQuickTest, QuickTest, QuickTestAgain, QuickTestQuery } from './schema.ts'

// Written out: copying so many members with a spread is slow.
const view = (
  row: TestRow,
  headlines: Map<string, Headline>,
  { place, starts_at, ends_at }: Forecast,
): QuickTest => ({
  id: row.id,
  agent_id: row.agent_id,
  agent_name: shownName(row.agent_name),
  model_path: row.model_path,
  engine_name: row.engine_name,
  benchmark_name: row.benchmark_name,
  suite_name: row.suite_name,
  engine_mode: row.engine_mode,
  profile_id: row.profile_id,
  options: masked(row.options),
  status: row.status,
  error: row.error,
  attempt: row.attempt,
  progress: row.progress,
  campaign_id: row.campaign_id,
  result_id: row.result_id,
  headline: (row.result_id !== null && headlines.get(row.result_id)) || null,
  place,
  expected_start_at: iso(starts_at),
  expected_end_at: iso(ends_at),
  created_at: iso(row.created_at),
  started_at: iso(row.started_at),
  completed_at: iso(row.completed_at),
})

/** The campaign and cell of a queued test, if any; its `rank` is that of people by default. */
export type Placement = { campaign_id?: string; cell_idx?: number; rank?: number }

/** Queues a test for its agent. @throws NotFound for an unknown agent, BadRequest if it cannot run there */
export async function launchQuickTest(deps: Deps, input: NewQuickTest, keep: Keep = keepNothing) {
  const formats = await deps.models().formatsOf(input.model_path)
  const options = restored(await deps.vault.seal(input.options), undefined, 'options')
  return deps.write(async (tx) => {
    const agent = await findAgent(tx.orm, input.agent_id)
    const checked = await checkLaunch(tx, agent, { ...input, options }, formats)
    requireUsed(agent, checked)
    const test = await queueTest(deps, tx, checked)
    return keep(tx, { id: test.id, status: test.status, command_id: test.id })
  })
}

/** Queues the same test again on its agent, secrets included. @throws NotFound, BadRequest if it cannot run there */
export async function rerunQuickTest(deps: Deps, id: string, { force }: QuickTestAgain, keep: Keep) {
  const formats = await deps.models().formatsOf((await findTest(deps.db.read, id)).model_path)
  return deps.write(async (tx) => {
    const of = await findTest(tx.orm, id)
    const { agent_id, model_path, engine_name, benchmark_name, suite_name, profile_id, options } = of
    const again = {
      ...{ agent_id, model_path, engine_name, benchmark_name, suite_name, force },
      engine_mode: of.engine_mode as EngineMode,
      ...(profile_id ? { profile_id } : {}),
      ...(options ? { options } : {}),
    }
    const agent = await findAgent(tx.orm, agent_id)
    const test = await queueTest(deps, tx, await checkLaunch(tx, agent, again, formats))
    return keep(tx, { id: test.id, status: test.status, command_id: test.id })
  })
}

/** Queues a test within the caller's transaction. */
export async function queueTest(
  deps: Deps,
  tx: WriteTx,
  input: NewQuickTest,
  placement: Placement = {},
): Promise<TestRow> {
  const agent = await findAgent(tx.orm, input.agent_id)
  const at = deps.clock.now()
  const { force, ...asked } = input
  const [row] = await tx.orm
    .insert(quickTests)
    .values({
      ...asked,
      ...placement,
      id: deps.newId(),
      agent_name: shownName(agent.name),
      engine_mode: input.engine_mode ?? defaultMode(input.engine_name),
      profile_id: input.profile_id ?? null,
      options: input.options ?? null,
      status: 'queued',
      created_at: at,
      queued_at: at,
    })
    .returning()
  if (!row) throw new Error('The new test was not stored.')
  tx.emit(statusOf(row, at))
  tx.emit(commandReady.row({ agent_id: agent.id }, { source_id: agent.id, at }))
  return row
}

const defaultMode = (engine: string) => {
  const known = EngineName.safeParse(engine).data
  return known ? ENGINES[known].default_mode : 'docker'
}

/** Tests, newest first. */
export async function listQuickTests({ db, clock }: Deps, query: QuickTestQuery & Paging) {
  const { status, agent_name, agent_id, campaign_id } = query
  return pageOf(query, async (page) => {
    const { total, rows } = await testPage(db.read, { status, agent_name, agent_id, campaign_id, ...page })
    const [headlines, queues] = await Promise.all([
      headlinesFor(db.read, rows),
      foreseen(db.read, rows, clock.now()),
    ])
    return { total: total[0]?.n ?? 0, items: rows.map((row) => view(row, headlines, queues.of(row))) }
  })
}

/** The queues of those of the tests that have not ended. */
const foreseen = (orm: Orm, rows: readonly TestRow[], now: number) =>
  queuesOf(
    orm,
    rows.flatMap(({ status, agent_id }) => (isOneOf(OPEN_TEST, status) ? [agent_id] : [])),
    now,
  )

const testPage = reading((orm, given: Given<QuickTestQuery & PageRows>, has) => {
  const where = and(
    ...(['status', 'agent_name', 'agent_id', 'campaign_id'] as const).map((key) =>
      has(key) ? eq(quickTests[key], given(key)) : undefined,
    ),
  )
  return {
    total: orm.select({ n: count() }).from(quickTests).where(where),
    rows: orm
      .select()
      .from(quickTests)
      .where(where)
      .orderBy(desc(quickTests.created_at), desc(INSERTED))
      .limit(given('limit'))
      .offset(given('offset')),
  }
})

/** The id of a test, by its own or an attempt's. @throws NotFound */
async function testIdOf(orm: Orm, id: string): Promise<string> {
  const { rows } = await isTest(orm, { id })
  return rows[0]?.id ?? (await findTest(orm, id)).id
}

const isTest = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select({ id: quickTests.id })
    .from(quickTests)
    .where(eq(quickTests.id, given('id'))),
}))

/** A test by its id or an attempt's. @throws NotFound */
export async function findTest(orm: Orm, id: string): Promise<TestRow> {
  const { rows } = await testById(orm, { id })
  const found = rows[0] ?? (await testOfAttempt(orm, { id })).rows[0]?.test
  if (!found) throw new NotFound('There is no such quick test.')
  return found
}

const testById = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select()
    .from(quickTests)
    .where(eq(quickTests.id, given('id'))),
}))

const testOfAttempt = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select({ test: quickTests })
    .from(attempts)
    .innerJoin(quickTests, eq(quickTests.id, attempts.test_id))
    .where(or(eq(attempts.wire_id, given('id')), eq(attempts.command_id, given('id')))),
}))

/** One test, by its id or an attempt's. @throws NotFound */
export async function getQuickTest({ db, clock }: Deps, id: string): Promise<QuickTest> {
  const row = await findTest(db.read, id)
  const headlines = await headlinesFor(db.read, [row])
  return view(row, headlines, (await foreseen(db.read, [row], clock.now())).of(row))
}

const headlinesFor = (orm: Orm, rows: readonly TestRow[]) =>
  headlinesOf(
    orm,
    rows.flatMap(({ result_id }) => result_id ?? []),
  )

/** The stored log of a test. @throws NotFound */
export async function quickTestLog(deps: Deps, id: string, query: LogQuery) {
  return readLog(deps, await testIdOf(deps.db.read, id), query)
}

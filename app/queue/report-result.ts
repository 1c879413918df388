import { and, eq, or, sql } from 'drizzle-orm'
import { given, prepared } from '../../db/prepared.ts'
import { agents, attempts, commands, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import { VIRTUAL } from '../agents/schema.ts'
import { agentMeant } from '../agents/view.ts'
import type { Deps } from '../deps.ts'
import { Forbidden } from '../errors.ts'
import { type Principal, requireAgent } from '../principal.ts'
import type { TestRow } from '../quicktests/events.ts'
import type { ResultReport } from '../results/schema.ts'
import { findUnlinked, type NewResult, storeResult } from '../results/store.ts'
import { nextTurn } from '../turns.ts'
import { type AttemptRow, findAttempt, isLive } from './attempts.ts'
import { late } from './late.ts'
import { signOfLife } from './lease.ts'
import { finish } from './report-status.ts'
import { refuseBeyondQuota } from './unlinked-quota.ts'

/** A report, and the text of its `result_data` as it came. */
export type Report = ResultReport & { raw: string | undefined }

type AgentRow = Pick<typeof agents.$inferSelect, 'id' | 'tags' | 'clock_offset_ms'>
/** In UTF-16 units. */
const LARGE = 1024 * 1024

type Delivery = { principal: Principal; agent: AgentRow; report: Report; digest: string; at: number }

/**
 * Takes an agent's report of a command, by its id or name, once: result, attempt, test and event in one transaction.
 * @throws NotFound, Forbidden
 */
export async function reportResult(
  deps: Deps,
  principal: Principal,
  idOrName: string,
  report: Report,
): Promise<{ result_id: string | null }> {
  const digest = deps.sha256(report.raw ?? `${report.status ?? ''}\n${report.error ?? ''}`)
  // Of a large one the digest takes as long as storing it: others have their turn in between.
  if (report.raw && report.raw.length > LARGE) await nextTurn()
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const found = await statements(tx.orm).agents.execute({ key: idOrName })
    const agent = agentMeant(found, idOrName, ({ id }) => id)
    requireAgent(principal, agent.id)
    const delivery = { principal, agent, report, digest, at }
    const { command_id } = report
    if (command_id) {
      const known = await findAttempt(tx.orm, command_id)
      if (known) {
        if (known.attempt.agent_id !== agent.id)
          throw new Forbidden('This command was given to another agent.')
        return { result_id: await takeForTest(deps, tx, known, delivery) }
      }
      if (await endCommand(tx, delivery, command_id)) return { result_id: null }
    }
    return { result_id: await keepUnlinked(deps, tx, delivery) }
  })
}

/** The first report of an attempt is taken; every other is answered as the first was. */
async function takeForTest(
  deps: Deps,
  tx: WriteTx,
  { attempt, test }: { attempt: AttemptRow; test: TestRow },
  delivery: Delivery,
): Promise<string | null> {
  const { digest, at } = delivery
  if (attempt.result_digest !== null) {
    if (attempt.result_digest !== digest)
      deps.log.warn({ wire_id: attempt.wire_id }, 'a second, different result of an attempt is not kept')
    return attempt.result_id
  }
  const counts = isLive(attempt) || late(attempt, at)
  const result_id = counts
    ? await takeAsResult(deps, tx, attempt, test, delivery)
    : await keepUnlinked(deps, tx, delivery)
  await tx.orm
    .update(attempts)
    .set({ result_digest: digest, result_id })
    .where(eq(attempts.wire_id, attempt.wire_id))
  return result_id
}

async function takeAsResult(
  deps: Deps,
  tx: WriteTx,
  attempt: AttemptRow,
  test: TestRow,
  delivery: Delivery,
): Promise<string | null> {
  const { report, at } = delivery
  if (isLive(attempt)) {
    await signOfLife(deps, tx, attempt, at)
    await finish(tx, attempt, report.status === 'failed' ? 'failed' : 'completed', report.error ?? null, at)
  }
  const result = resultOf(delivery, test)
  const result_id = result ? await storeResult(deps, tx, result, at) : null
  // The list shows at once what came of the test, and an error said late is not lost.
  const said = report.status === 'failed' ? report.error || null : null
  await tx.orm
    .update(quickTests)
    .set({ result_id: result_id ?? test.result_id, error: sql`coalesce(${quickTests.error}, ${said})` })
    .where(eq(quickTests.id, test.id))
  return result_id
}

function resultOf({ agent, report, digest }: Delivery, test: TestRow | undefined): NewResult | undefined {
  if (!report.raw || !report.result_data) return undefined
  const document = report.result_data
  const simulated =
    document.simulated === true || agent.tags.includes(VIRTUAL) || document.engine === 'simulated'
  const origin = {
    agent_id: agent.id,
    quick_test_id: test?.id ?? null,
    campaign_id: test?.campaign_id ?? null,
    simulated,
  }
  return { raw: report.raw, document, digest, origin, clock_offset_ms: agent.clock_offset_ms }
}

/** A result nobody waits for is kept, once, without a test. */
async function keepUnlinked(deps: Deps, tx: WriteTx, delivery: Delivery): Promise<string | null> {
  const result = resultOf(delivery, undefined)
  if (!result) return null
  deps.log.warn(
    { agent_id: delivery.agent.id, command_id: delivery.report.command_id ?? null },
    'a result for no open test is kept unlinked',
  )
  const known = await findUnlinked(tx, delivery.agent.id, delivery.digest)
  if (known) return known
  if (delivery.principal.kind === 'agent') await refuseBeyondQuota(deps, tx, delivery.agent.id, delivery.at)
  return storeResult(deps, tx, result, delivery.at)
}

/** A report of a command beside tests. False when there is no such command. */
async function endCommand(tx: WriteTx, { agent, report, at }: Delivery, id: string): Promise<boolean> {
  const ended = await statements(tx.orm).endCommand.execute({
    id,
    agent_id: agent.id,
    status: report.status === 'failed' ? 'failed' : 'completed',
    error: report.error ?? null,
    ended_at: at,
  })
  return ended.length > 0
}

const statements = prepared((orm) => ({
  agents: orm
    .select({ id: agents.id, tags: agents.tags, clock_offset_ms: agents.clock_offset_ms })
    .from(agents)
    .where(or(eq(agents.id, given('key')), eq(agents.name, given('key'))))
    .prepare(),
  endCommand: orm
    .update(commands)
    .set({ status: given('status'), error: given('error'), ended_at: given('ended_at') })
    .where(and(eq(commands.id, given('id')), eq(commands.agent_id, given('agent_id'))))
    .returning({ id: commands.id })
    .prepare(),
}))

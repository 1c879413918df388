import { and, eq, sql } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { type agents, attempts, campaignCells, commands, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { VIRTUAL } from '../agents/schema.ts'
import { agentMeant } from '../agents/view.ts'
import type { Deps } from '../deps.ts'
import { Forbidden } from '../errors.ts'
import { type Principal, requireAgent } from '../principal.ts'
import type { ReadReport } from '../results/read.ts'
import { findUnlinked, type NewResult, storeResult } from '../results/store.ts'
import { isLive, late } from './attempts.ts'
import { agentsAndAttempt, type Reported, type ReportedTest } from './find-reported.ts'
import { finish } from './finish.ts'
import { refuseBeyondQuota } from './unlinked-quota.ts'

type AgentRow = Pick<typeof agents.$inferSelect, 'id' | 'tags' | 'clock_offset_ms'>

type Delivery = { principal: Principal; agent: AgentRow; report: ReadReport; at: number }

/**
 * Stores an agent's report on a command once: result, attempt, test and event in one transaction.
 * @throws NotFound, Forbidden
 */
export async function reportResult(
  deps: Deps,
  principal: Principal,
  idOrName: string,
  report: ReadReport,
): Promise<{ result_id: string | null }> {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const { command_id = null } = report
    const found = await agentsAndAttempt(tx, idOrName, command_id)
    const { agent, attempt, test } = agentMeant(found, idOrName, (row) => row.agent.id)
    requireAgent(principal, agent.id)
    tx.claim(agent.id)
    const delivery = { principal, agent, report, at }
    if (attempt && test) {
      if (attempt.agent_id !== agent.id) throw new Forbidden('This command was given to another agent.')
      return { result_id: await takeForTest(deps, tx, { attempt, test, agent }, delivery) }
    }
    if (command_id && (await endCommand(tx, delivery, command_id))) return { result_id: null }
    return { result_id: await keepUnlinked(deps, tx, delivery) }
  })
}

/** Stores the first report on an attempt; later ones get the same answer. */
async function takeForTest(
  deps: Deps,
  tx: WriteTx,
  reported: Reported,
  delivery: Delivery,
): Promise<string | null> {
  const { attempt } = reported
  const { at } = delivery
  const { digest } = delivery.report
  if (attempt.result_digest !== null) {
    if (attempt.result_digest !== digest)
      deps.log.warn({ wire_id: attempt.wire_id }, 'a second, different result of an attempt is not kept')
    return attempt.result_id
  }
  if (isLive(attempt)) return endWithResult(deps, tx, reported, delivery)
  const result_id = late(attempt, at)
    ? await takeLate(deps, tx, reported.test, delivery)
    : await keepUnlinked(deps, tx, delivery)
  await statements(tx.orm).keepDigest.execute({ wire_id: attempt.wire_id, digest, result_id })
  return result_id
}

async function endWithResult(deps: Deps, tx: WriteTx, reported: Reported, delivery: Delivery) {
  const { report, at } = delivery
  const result = resultOf(delivery, reported.test)
  const id = result ? deps.newId() : null
  const status = report.status === 'failed' ? 'failed' : 'completed'
  await finish(
    tx,
    reported,
    { status, error: report.error ?? null, result: { digest: report.digest, id } },
    at,
  )
  if (result && id !== null)
    await storeResult(deps, tx, { ...result, id, campaign_model: await modelName(tx, reported.test) }, at)
  return id
}

/** Stores the result of a test that its agent has already ended. */
async function takeLate(deps: Deps, tx: WriteTx, test: ReportedTest, delivery: Delivery) {
  const { report, at } = delivery
  const result = resultOf(delivery, test)
  const campaign_model = await modelName(tx, test)
  const result_id = result ? await storeResult(deps, tx, { ...result, campaign_model }, at) : null
  // Links the result to its test, and keeps an error that comes late.
  const error = report.status === 'failed' ? report.error || null : null
  await statements(tx.orm).keepLate.execute({ id: test.id, result_id: result_id ?? test.result_id, error })
  return result_id
}

/** The name that a test's campaign gives the model, if it is not its path. */
async function modelName(tx: WriteTx, test: ReportedTest): Promise<string | null> {
  if (test.campaign_id === null) return null
  const [cell] = await statements(tx.orm).cellOf.execute({ id: test.id })
  return cell && cell.spec.model !== cell.spec.model_path ? cell.spec.model : null
}

function resultOf({ agent, report }: Delivery, test: ReportedTest | undefined): NewResult | undefined {
  const { document, digest } = report
  if (!document) return undefined
  const origin = {
    agent_id: agent.id,
    quick_test_id: test?.id ?? null,
    campaign_id: test?.campaign_id ?? null,
    simulated: document.facts.simulated || agent.tags.includes(VIRTUAL),
  }
  return { document, digest, origin, clock_offset_ms: agent.clock_offset_ms }
}

/** Stores a result for no open test, once. */
async function keepUnlinked(deps: Deps, tx: WriteTx, delivery: Delivery): Promise<string | null> {
  const result = resultOf(delivery, undefined)
  if (!result) return null
  deps.log.warn(
    { agent_id: delivery.agent.id, command_id: delivery.report.command_id ?? null },
    'a result for no open test is kept unlinked',
  )
  const known = await findUnlinked(tx, delivery.agent.id, delivery.report.digest)
  if (known) return known
  if (delivery.principal.kind === 'agent') await refuseBeyondQuota(deps, tx, delivery.agent.id, delivery.at)
  return storeResult(deps, tx, result, delivery.at)
}

/** Ends a command other than a test; false when there is no such command. */
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
  cellOf: statement((given: Given<{ id: string }>) =>
    orm
      .select({ spec: campaignCells.spec })
      .from(quickTests)
      .innerJoin(
        campaignCells,
        and(
          eq(campaignCells.campaign_id, quickTests.campaign_id),
          eq(campaignCells.idx, quickTests.cell_idx),
        ),
      )
      .where(eq(quickTests.id, given('id'))),
  ),
  endCommand: statement(
    (given: Given<Pick<typeof commands.$inferSelect, 'id' | 'agent_id' | 'status' | 'error' | 'ended_at'>>) =>
      orm
        .update(commands)
        .set({ status: given('status'), error: given('error'), ended_at: given('ended_at') })
        .where(and(eq(commands.id, given('id')), eq(commands.agent_id, given('agent_id'))))
        .returning({ id: commands.id }),
  ),
  keepDigest: statement(
    (given: Given<{ wire_id: string; digest: string | null; result_id: string | null }>) =>
      orm
        .update(attempts)
        .set({ result_digest: given('digest'), result_id: given('result_id') })
        .where(eq(attempts.wire_id, given('wire_id'))),
  ),
  keepLate: statement((given: Given<{ id: string; result_id: string | null; error: string | null }>) =>
    orm
      .update(quickTests)
      .set({ result_id: given('result_id'), error: sql`coalesce(${quickTests.error}, ${given('error')})` })
      .where(eq(quickTests.id, given('id'))),
  ),
}))

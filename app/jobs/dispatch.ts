import { and, asc, eq, inArray, lt, or } from 'drizzle-orm'
import { type agents, attempts, commands, engineProfiles, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import type { AgentCommand, Heartbeat } from '../agents/schema.ts'
import type { Deps } from '../deps.ts'
import type { TestRow } from '../quicktests/states.ts'
import {
  type AttemptRow,
  countAttempts,
  endAttempt,
  failAttempt,
  isLive,
  liveAttempt,
  loseAttempt,
  MAX_OFFERS,
  offer,
  testOf,
} from './attempts.ts'

export type AgentRow = typeof agents.$inferSelect

/** The capability of agents that acknowledge commands and can be told to stop. */
export const ACK = 'kitt.ack.v1'

/** What a heartbeat is answered: what to do next, and what to stop. */
export type Dispatch = { commands: AgentCommand[]; cancel: string[] }

/** How long an offer may go without a sign before its answer counts as lost, in milliseconds. */
const offerPatience = (agent: AgentRow) => Math.max(8000, (agent.heartbeat_interval_s * 1000) / 4)

/** The queue's part of a heartbeat. `agent` is the row as it was before this beat. */
export async function dispatch(
  deps: Deps,
  tx: WriteTx,
  agent: AgentRow,
  beat: Heartbeat,
  at: number,
): Promise<Dispatch> {
  let live = await liveAttempt(tx.orm, agent.id)
  if (live && restarted(agent, beat)) {
    await loseAttempt(tx, live, 'the agent restarted', at)
    live = undefined
  }
  await takeAcks(tx, agent, beat, at)
  const active = await ofAttempts(tx, agent, beat.active ?? [])
  const cancel = (beat.active ?? []).filter(
    (id) => !active.some((attempt) => attempt.wire_id === id && isLive(attempt)),
  )
  if (live) {
    live = await renew(deps, tx, agent, beat, live, at)
    if (live?.state === 'offered' && unanswered(agent, live, at))
      return { commands: await again(deps, tx, live, at), cancel }
    if (live) return { commands: [], cancel }
  }
  // Still busy with what it was told to stop.
  if (cancel.length > 0) return { commands: [], cancel }
  const other = await otherCommands(tx, agent, at)
  if (other.length > 0) return { commands: other, cancel }
  return { commands: agent.schedulable ? await nextTest(deps, tx, agent, at) : [], cancel }
}

const restarted = (agent: AgentRow, beat: Heartbeat): boolean =>
  beat.boot_id && agent.boot_id
    ? beat.boot_id !== agent.boot_id
    : typeof beat.uptime_s === 'number' && agent.uptime_s !== null && beat.uptime_s < agent.uptime_s

const unanswered = (agent: AgentRow, attempt: AttemptRow, at: number) =>
  attempt.acked_at === null &&
  at - Math.max(attempt.offered_at, attempt.last_activity_at) >= offerPatience(agent)

async function takeAcks(tx: WriteTx, agent: AgentRow, beat: Heartbeat, at: number) {
  const ids = beat.acks ?? []
  if (ids.length === 0) return
  await tx.orm
    .update(attempts)
    .set({ acked_at: at, last_activity_at: at })
    .where(
      and(eq(attempts.agent_id, agent.id), inArray(attempts.command_id, ids), eq(attempts.state, 'offered')),
    )
  await tx.orm
    .update(commands)
    .set({ status: 'acked' })
    .where(and(eq(commands.agent_id, agent.id), inArray(commands.id, ids), eq(commands.status, 'sent')))
}

const ofAttempts = async (tx: WriteTx, agent: AgentRow, ids: string[]): Promise<AttemptRow[]> =>
  ids.length === 0
    ? []
    : tx.orm
        .select()
        .from(attempts)
        .where(and(eq(attempts.agent_id, agent.id), inArray(attempts.wire_id, ids)))

/** A heartbeat keeps the lease alive; of agents that say what they have, only while they have it. */
async function renew(
  deps: Deps,
  tx: WriteTx,
  agent: AgentRow,
  beat: Heartbeat,
  live: AttemptRow,
  at: number,
) {
  const tells = agent.capabilities.includes(ACK) && beat.active
  if (tells && live.state === 'running' && !beat.active?.includes(live.wire_id)) return live
  const [row] = await tx.orm
    .update(attempts)
    .set({ lease_until: at + deps.config.lease_s * 1000 })
    .where(eq(attempts.wire_id, live.wire_id))
    .returning()
  return row
}

/** The answer that carried the offer was lost: the attempt is void, the test is offered anew. */
async function again(deps: Deps, tx: WriteTx, live: AttemptRow, at: number): Promise<AgentCommand[]> {
  if ((await countAttempts(tx, live.test_id, 'superseded')) >= MAX_OFFERS - 1) {
    await failAttempt(
      tx,
      live,
      'superseded',
      `undeliverable: offered ${MAX_OFFERS} times, the agent never answered`,
      at,
    )
    return []
  }
  await endAttempt(tx, live, 'superseded', at)
  return toCommands(tx, await testOf(tx, live), await offer(deps, tx, await testOf(tx, live), at))
}

async function nextTest(deps: Deps, tx: WriteTx, agent: AgentRow, at: number): Promise<AgentCommand[]> {
  const [test] = await tx.orm
    .select()
    .from(quickTests)
    .where(and(eq(quickTests.agent_id, agent.id), eq(quickTests.status, 'queued')))
    .orderBy(asc(quickTests.rank), asc(quickTests.created_at), asc(quickTests.id))
    .limit(1)
  return test ? toCommands(tx, test, await offer(deps, tx, test, at)) : []
}

async function toCommands(
  tx: WriteTx,
  test: TestRow,
  attempt: AttemptRow | undefined,
): Promise<AgentCommand[]> {
  if (!attempt) return []
  const { model_path, engine_name, benchmark_name, suite_name, engine_mode, profile_id, options } = test
  const [profile] = profile_id
    ? await tx.orm.select().from(engineProfiles).where(eq(engineProfiles.id, profile_id))
    : []
  const payload = {
    ...{ model_path, engine_name, benchmark_name, suite_name, engine_mode, profile_id },
    ...(options ? { options } : {}),
    ...(profile ? { runtime_config: profile.runtime_config, build_config: profile.build_config } : {}),
  }
  return [
    {
      command_id: attempt.command_id,
      test_id: attempt.wire_id,
      type: 'run_test',
      payload,
      attempt: attempt.n,
    },
  ]
}

/** Commands beside tests. Agents that acknowledge get them again until they do; the others once. */
async function otherCommands(tx: WriteTx, agent: AgentRow, at: number): Promise<AgentCommand[]> {
  const resend = and(
    eq(commands.status, 'sent'),
    lt(commands.sent_at, at - offerPatience(agent)),
    lt(commands.offers, MAX_OFFERS),
  )
  const due = agent.capabilities.includes(ACK)
    ? or(eq(commands.status, 'queued'), resend)
    : eq(commands.status, 'queued')
  const rows = await tx.orm
    .select()
    .from(commands)
    .where(and(eq(commands.agent_id, agent.id), due))
    .orderBy(asc(commands.created_at), asc(commands.id))
    .limit(20)
  for (const row of rows) {
    await tx.orm
      .update(commands)
      .set({ status: 'sent', sent_at: at, offers: row.offers + 1 })
      .where(eq(commands.id, row.id))
  }
  return rows.map((row) => ({ command_id: row.id, test_id: row.id, type: row.type, payload: row.payload }))
}

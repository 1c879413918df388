import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { attempts, commands, engineProfiles, quickTests } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { ACK, type AgentCommand, type Heartbeat } from '../agents/schema.ts'
import type { Deps } from '../deps.ts'
import type { TestRow } from '../quicktests/events.ts'
import {
  endAttempt,
  failAttempt,
  findAttempt,
  type LiveAttempt,
  loseAttempt,
  MAX_OFFERS,
  offer,
  requeue,
  unansweredOffers,
} from './attempts.ts'
import { otherCommands, type ProfileRow, profileOf, runTest } from './commands.ts'
import type { BeatingAgent } from './heartbeat-statements.ts'

/** A heartbeat for the queue: the agent before it, its live attempt, and whether anything waits for it. */
export type Beat = {
  agent: BeatingAgent
  said: Heartbeat
  live: LiveAttempt | undefined
  waiting: boolean
  at: number
  /** A new process of the agent sent it: the previous one's attempt is lost. */
  restarted: boolean
  /** A second process of the agent sent it, beside the one that has the test. */
  standsBy: boolean
}

/** The answer to a heartbeat: what to run, what to stop; and the agent's live attempt afterwards. */
export type Dispatch = { commands: AgentCommand[]; cancel: string[]; live: LiveAttempt | undefined }

/** How long an offer may stay unanswered before it counts as lost, in milliseconds. */
export const offerPatience = (agent: BeatingAgent): number =>
  Math.max(8000, (agent.heartbeat_interval_s * 1000) / 4)

/** The queue's part of a heartbeat. */
export async function dispatch(deps: Deps, tx: WriteTx, beat: Beat): Promise<Dispatch> {
  const { agent, said, at } = beat
  let { live } = beat
  if (beat.standsBy) return { commands: [], cancel: toStop(said, live), live }
  if (live && beat.restarted) {
    await loseAttempt(tx, live, 'the agent restarted', at)
    live = undefined
  }
  await ackCommands(tx, agent, said.acks?.filter((id) => id !== live?.command_id) ?? [])
  const cancel = toStop(said, live)
  if (live) live = await renewLease(deps, tx, { ...beat, live })
  // The agent is busy until it has stopped those.
  if (cancel.length > 0) return { commands: [], cancel, live }
  if (live && !unanswered(agent, live, at)) return { commands: [], cancel, live }
  if (live) return { ...(await offerAgain(deps, tx, agent, live, at)), cancel }
  if (!beat.waiting && !beat.live) return { commands: [], cancel, live }
  // Both are asked for at once: a remote database answers them in one turn.
  const [other, [next]] = await Promise.all([
    otherCommands(tx, agent, offerPatience(agent), at),
    agent.schedulable ? nextQueued(tx.orm).execute({ agent_id: agent.id }) : [],
  ])
  if (other.length > 0 || !next) return { commands: other, cancel, live }
  return { ...(await offerTest(deps, tx, next, at)), cancel }
}

const REORDERED_S = 5

/** Without a boot id, a falling uptime means a restart, unless two heartbeats only arrived out of order. */
export function uptimeFell(agent: BeatingAgent, said: Heartbeat, at: number): boolean {
  if (typeof said.uptime_s !== 'number' || agent.uptime_s === null || said.uptime_s >= agent.uptime_s)
    return false
  const startedAfterLastBeat = at - said.uptime_s * 1000 >= (agent.last_seen_at ?? 0)
  return startedAfterLastBeat || agent.uptime_s - said.uptime_s > REORDERED_S
}

/**
 * An offer from far in the future was made before the clock was set back: its age is unknown. One from the
 * near future was made by another server whose clock is a little ahead.
 */
const unanswered = (agent: BeatingAgent, { state, acked_at, offered_at }: LiveAttempt, at: number) =>
  state === 'offered' && acked_at === null && Math.abs(at - offered_at) >= offerPatience(agent)

/** Marks commands other than tests as acknowledged. */
async function ackCommands(tx: WriteTx, agent: BeatingAgent, ids: string[]) {
  if (ids.length === 0) return
  await tx.orm
    .update(commands)
    .set({ status: 'acked' })
    .where(and(eq(commands.agent_id, agent.id), inArray(commands.id, ids), eq(commands.status, 'sent')))
}

/** What an agent must stop: all attempts it works on but its live one. */
const toStop = ({ active }: Heartbeat, live: LiveAttempt | undefined): string[] =>
  active?.filter((id) => id !== live?.wire_id) ?? []

/**
 * Renews the lease of a running attempt; if the agent lists its attempts, only while it lists this one. An
 * offer's lease is renewed once the agent acknowledges or lists it.
 * @returns the live attempt afterwards
 */
async function renewLease(
  deps: Deps,
  tx: WriteTx,
  { agent, said, live, at }: Beat & { live: LiveAttempt },
): Promise<LiveAttempt> {
  const lease = { wire_id: live.wire_id, lease_until: at + deps.config.lease_s * 1000 }
  if (live.state === 'offered' && live.acked_at === null && said.acks?.includes(live.command_id)) {
    await leases(tx.orm).acknowledge.execute({ ...lease, at })
    return { ...live, acked_at: at }
  }
  const has = said.active?.includes(live.wire_id)
  const tells = agent.capabilities.includes(ACK) && said.active
  if (has || !(tells || live.state === 'offered')) await leases(tx.orm).renew.execute(lease)
  return live
}

type NewLease = Pick<LiveAttempt, 'wire_id'> & { lease_until: number }

const leases = prepared((orm) => ({
  renew: statement((given: Given<NewLease>) =>
    orm
      .update(attempts)
      .set({ lease_until: given('lease_until') })
      .where(eq(attempts.wire_id, given('wire_id'))),
  ),
  acknowledge: statement((given: Given<NewLease & { at: number }>) =>
    orm
      .update(attempts)
      .set({ lease_until: given('lease_until'), acked_at: given('at'), last_activity_at: given('at') })
      .where(eq(attempts.wire_id, given('wire_id'))),
  ),
}))

type Offered = Pick<Dispatch, 'commands' | 'live'>

/** The answer with the offer was lost: the attempt is void, and the test is offered again. */
async function offerAgain(
  deps: Deps,
  tx: WriteTx,
  agent: BeatingAgent,
  lost: LiveAttempt,
  at: number,
): Promise<Offered> {
  if ((await unansweredOffers(tx, lost.test_id)) >= MAX_OFFERS) {
    const error = `undeliverable: offered ${MAX_OFFERS} times, the agent never answered.`
    await failAttempt(tx, lost, 'superseded', error, at)
    return { commands: [], live: undefined }
  }
  await endAttempt(tx, lost, 'superseded', at)
  if (!agent.schedulable) {
    await requeue(tx, lost, at)
    return { commands: [], live: undefined }
  }
  const test = (await findAttempt(tx.orm, lost.wire_id))?.test
  if (!test) return { commands: [], live: undefined }
  return offerTest(deps, tx, { test, profile: await profileOf(tx.orm, test) }, at)
}

type Next = { test: TestRow; profile: ProfileRow | null }

async function offerTest(deps: Deps, tx: WriteTx, { test, profile }: Next, at: number): Promise<Offered> {
  const live = await offer(deps, tx, test, at)
  return { commands: live ? [runTest(test, live, profile)] : [], live }
}

const nextQueued = prepared((orm) =>
  statement((given: Given<{ agent_id: string }>) =>
    orm
      .select({ test: quickTests, profile: engineProfiles })
      .from(quickTests)
      .leftJoin(engineProfiles, eq(engineProfiles.id, quickTests.profile_id))
      .where(and(eq(quickTests.agent_id, given('agent_id')), eq(quickTests.status, 'queued')))
      .orderBy(asc(quickTests.rank), asc(quickTests.created_at), asc(sql`${quickTests}.rowid`))
      .limit(1),
  ),
)

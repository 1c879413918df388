import { sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { agentEngines } from '../../db/schema.ts'
import type { WriteTx } from '../../db/writer.ts'
import { agentTwin } from '../agents/events.ts'
import { defaultAgentSettings, type Heartbeat, type ReportedEngine } from '../agents/schema.ts'
import { afterBeat, type Boots, twinHosts, twinNotice } from '../agents/twin.ts'
import { agentMeant } from '../agents/view.ts'
import type { Deps } from '../deps.ts'
import { type Principal, requireAgent } from '../principal.ts'
import { differs, shownWith, tellAgent } from './agent-status.ts'
import { withSecrets } from './command-secrets.ts'
import { dispatch, uptimeFell } from './dispatch.ts'
import { type BeatingAgent, ENGINES_MAX, heartbeatStatements } from './heartbeat-statements.ts'

/** Handles a heartbeat, by agent id or name. @throws NotFound, Forbidden */
export async function heartbeat(deps: Deps, principal: Principal, idOrName: string, said: Heartbeat) {
  const arrivedAt = deps.clock.now()
  const answer = await deps.write(async (tx) => {
    const at = deps.clock.now()
    const { agent, live, waiting, settings } = await stateOf(tx.orm, idOrName)
    requireAgent(principal, agent.id)
    tx.claim(agent.id)
    const leaseMs = deps.config.lease_s * 1000
    const { turn, boots } = afterBeat(agent, said, { busy: live !== undefined, at, leaseMs })
    const standsBy = turn === 'standing by'
    if (said.engines?.length && !standsBy) await storeEngines(tx, agent, said.engines, at)
    const restarted = turn === 'restarted' || (!said.boot_id && uptimeFell(agent, said, at))
    const answer = await dispatch(deps, tx, { agent, said, live, waiting, at, restarted, standsBy })
    const told = { ...boots, clock_offset_ms: clockOffset(said, arrivedAt) }
    if (standsBy) await keepStandBy(tx, agent, boots, at)
    else await storeTelemetry(tx, { ...agent, ...told }, said, answer.live?.test_id ?? null, at)
    const hosts = twinHosts(boots)
    if (hosts && !twinHosts(agent))
      tx.emit(agentTwin.row({ name: agent.name, hosts }, { source_id: agent.id, at }))
    return {
      ...(hosts && standsBy ? { notice: twinNotice(hosts) } : {}),
      ack: true as const,
      agent_id: agent.id,
      commands: answer.commands,
      cancel: answer.cancel,
      lease_s: deps.config.lease_s,
      settings: { ...defaultAgentSettings, ...settings },
    }
  })
  // After the commit: a transaction must not wait for anything else.
  return answer.commands.length === 0
    ? answer
    : { ...answer, commands: await withSecrets(deps, answer.commands) }
}

/** How far an agent's clock is ahead, ms, assuming half a round trip each way. Null if it sends no time. */
function clockOffset({ sent_at, round_trip_ms }: Heartbeat, arrivedAt: number): number | null {
  if (typeof sent_at !== 'number' || Math.abs(sent_at) > LAST_TIME) return null
  return Math.round(sent_at + Math.min(round_trip_ms ?? 0, LONGEST_TRIP_MS) / 2 - arrivedAt)
}

const LAST_TIME = 8.64e15
const LONGEST_TRIP_MS = 30_000

/** Prepared statements pass values unchanged. */
const stored = (value: object | null) => value && JSON.stringify(value)

async function keepStandBy(tx: WriteTx, { id }: BeatingAgent, { other_boot }: Boots, at: number) {
  await heartbeatStatements(tx.orm).standBy.execute({ id, last_seen_at: at, other_boot: stored(other_boot) })
}

async function stateOf(orm: Orm, idOrName: string) {
  const found = await heartbeatStatements(orm).find.execute({ key: idOrName })
  const { agent, live, waiting, settings } = agentMeant(found, idOrName, ({ state }) => state.agent.id).state
  return {
    agent,
    live: live ?? undefined,
    waiting: waiting === 1,
    settings,
  }
}

/** Stores a heartbeat's values in one update; emits an event if the agent's shown state changes. */
async function storeTelemetry(
  tx: WriteTx,
  agent: BeatingAgent,
  said: Heartbeat,
  task: string | null,
  at: number,
): Promise<void> {
  const shown = shownWith(agent, task, true)
  await heartbeatStatements(tx.orm).store.execute({
    id: agent.id,
    last_seen_at: at,
    status: shown.status,
    current_task: task,
    gpu_utilization_pct: said.gpu_utilization_pct ?? null,
    gpu_memory_used_gb: said.gpu_memory_used_gb ?? null,
    storage_gb_free: said.storage_gb_free ?? null,
    uptime_s: said.uptime_s ?? agent.uptime_s,
    boot_id: agent.boot_id,
    boot_host: agent.boot_host,
    other_boot: stored(agent.other_boot),
    clock_offset_ms: agent.clock_offset_ms,
  })
  if (differs(agent, shown)) tellAgent(tx, agent.id, shown, at)
}

async function storeEngines(tx: WriteTx, agent: BeatingAgent, said: ReportedEngine[], at: number) {
  const byName = new Map(said.map((one) => [one.engine, one]))
  const rows = [...byName.values()]
    .slice(0, ENGINES_MAX)
    .map(({ engine, installed, running, version, binary_path }) => ({
      agent_id: agent.id,
      engine,
      installed: installed ?? false,
      running: running ?? false,
      version: version ?? '',
      binary_path: binary_path ?? '',
      checked_at: at,
    }))
  await tx.orm
    .insert(agentEngines)
    .values(rows)
    .onConflictDoUpdate({
      target: [agentEngines.agent_id, agentEngines.engine],
      set: {
        installed: sql`excluded.installed`,
        running: sql`excluded.running`,
        version: sql`excluded.version`,
        binary_path: sql`excluded.binary_path`,
        checked_at: sql`excluded.checked_at`,
      },
    })
  await heartbeatStatements(tx.orm).forgetEngines.execute({ id: agent.id })
}

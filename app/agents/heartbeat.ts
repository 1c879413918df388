import { eq, or, type SQL, sql } from 'drizzle-orm'
import type { Orm } from '../../db/open.ts'
import { agentEngines, agentSettings, agents, attempts } from '../../db/schema.ts'
import type { WriteTx } from '../../db/write.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import { dispatch } from '../jobs/dispatch.ts'
import { LIVE_ON } from '../jobs/live.ts'
import { type Principal, requireAgent } from '../principal.ts'
import { defaultAgentSettings, type Heartbeat, type ReportedEngine } from './schema.ts'
import { differs, shownWith, tellAgent } from './show.ts'
import type { AgentRow } from './view.ts'

/** Takes a heartbeat, by id or by name, and answers what to do. @throws NotFound, Forbidden */
export function heartbeat(deps: Deps, principal: Principal, idOrName: string, said: Heartbeat) {
  return deps.write(async (tx) => {
    const at = deps.clock.now()
    const { agent, live, waiting, settings } = await stateOf(tx.orm, idOrName)
    requireAgent(principal, agent.id)
    if (said.engines?.length) await storeEngines(tx, agent, said.engines, at)
    const answer = await dispatch(deps, tx, { agent, said, live, waiting, at })
    await storeTelemetry(tx, agent, said, answer.live?.test_id ?? null, at)
    return {
      ack: true as const,
      agent_id: agent.id,
      commands: answer.commands,
      cancel: answer.cancel,
      lease_s: deps.config.lease_s,
      settings: { ...defaultAgentSettings, ...settings },
    }
  })
}

/** An agent, the attempt it works on, its own settings, and whether a command or a test waits for it: one query. */
async function stateOf(orm: Orm, idOrName: string) {
  const prepared = queries.get(orm) ?? prepare(orm)
  queries.set(orm, prepared)
  const found = await prepared.execute({ key: idOrName })
  const row = found.find(({ agent }) => agent.id === idOrName) ?? found[0]
  if (!row) throw new NotFound('There is no such agent. Register first.')
  const settings = row.settings === null ? {} : (JSON.parse(row.settings) as Record<string, string>)
  return { agent: row.agent, live: row.live ?? undefined, waiting: row.waiting === 1, settings }
}

/** Built once for each database: every agent asks this all the time. */
const queries = new WeakMap<Orm, ReturnType<typeof prepare>>()

function prepare(orm: Orm) {
  const waiting = sql<number>`(exists (select 1 from quick_tests where agent_id = ${agents.id} and status = 'queued')
    or exists (select 1 from commands where agent_id = ${agents.id} and status in ('queued', 'sent')))`
  const settings: SQL<string | null> =
    sql`(select json_group_object(${agentSettings.key}, ${agentSettings.value})
    from ${agentSettings} where ${agentSettings.agent_id} = ${agents.id})`
  const key = sql.placeholder('key')
  return orm
    .select({ agent: agents, live: attempts, waiting, settings })
    .from(agents)
    .leftJoin(attempts, LIVE_ON)
    .where(or(eq(agents.id, key), eq(agents.name, key)))
    .prepare()
}

/** One write for all that a beat changes of the agent's row; a change of what is shown is told. */
async function storeTelemetry(
  tx: WriteTx,
  agent: AgentRow,
  said: Heartbeat,
  task: string | null,
  at: number,
): Promise<void> {
  const shown = shownWith(agent, task, true)
  await tx.orm
    .update(agents)
    .set({
      last_seen_at: at,
      status: shown.status,
      current_task: task,
      gpu_utilization_pct: said.gpu_utilization_pct ?? null,
      gpu_memory_used_gb: said.gpu_memory_used_gb ?? null,
      storage_gb_free: said.storage_gb_free ?? null,
      uptime_s: said.uptime_s ?? agent.uptime_s,
      boot_id: said.boot_id ?? agent.boot_id,
    })
    .where(eq(agents.id, agent.id))
  if (differs(agent, shown)) tellAgent(tx, agent.id, shown, at)
}

async function storeEngines(tx: WriteTx, agent: AgentRow, said: ReportedEngine[], at: number) {
  const byName = new Map(said.map((one) => [one.engine, one]))
  const rows = [...byName.values()].map(({ engine, installed, running, version, binary_path }) => ({
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
}

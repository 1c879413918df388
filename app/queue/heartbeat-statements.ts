import { and, eq, or, sql } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, prepared, statement } from '../../db/prepared.ts'
import { literals } from '../../db/schema/columns.ts'
import { agentEngines, agentSettings, agents, attempts } from '../../db/schema.ts'
import { WAITING_COMMAND } from '../../lib/states.ts'
import type { AgentRow } from '../agents/view.ts'
import type { LiveAttempt } from './attempts.ts'
import { LIVE_ON } from './live.ts'

/** The most engines kept per agent: the last ones reported. */
export const ENGINES_MAX = 64

/** The statements of a heartbeat, built once per database. */
export const heartbeatStatements = prepared((orm) => ({
  find: findAgent(orm),
  store: storeBeat(orm),
  standBy: standBy(orm),
  forgetEngines: forgetEngines(orm),
}))

/** The fields of an agent that a heartbeat needs, with their previous values. */
export type BeatingAgent = Pick<
  AgentRow,
  | 'id'
  | 'name'
  | 'status'
  | 'current_task'
  | 'schedulable'
  | 'capabilities'
  | 'heartbeat_interval_s'
  | 'last_seen_at'
  | 'uptime_s'
  | 'boot_id'
  | 'boot_host'
  | 'other_boot'
  | 'clock_offset_ms'
>

/** The agent, its live attempt, whether a command or a test waits for it, and its own settings. */
export type BeatState = {
  agent: BeatingAgent
  live: LiveAttempt | null
  waiting: 0 | 1
  settings: Record<string, string>
}

/** An agent by id or name, as one column of JSON: a column costs the driver as much as a row. */
function findAgent(orm: Orm) {
  const agent = sql`json_object('id', ${agents.id}, 'name', ${agents.name}, 'status', ${agents.status},
    'current_task', ${agents.current_task}, 'schedulable', json(iif(${agents.schedulable}, 'true', 'false')),
    'capabilities', json(${agents.capabilities}), 'heartbeat_interval_s', ${agents.heartbeat_interval_s},
    'last_seen_at', ${agents.last_seen_at}, 'uptime_s', ${agents.uptime_s}, 'boot_id', ${agents.boot_id},
    'boot_host', ${agents.boot_host}, 'other_boot', json(${agents.other_boot}), 'clock_offset_ms', ${agents.clock_offset_ms})`
  const live = sql`json(iif(${attempts.wire_id} is null, null, json_object('wire_id', ${attempts.wire_id},
    'test_id', ${attempts.test_id}, 'command_id', ${attempts.command_id}, 'agent_id', ${attempts.agent_id},
    'state', ${attempts.state}, 'offered_at', ${attempts.offered_at}, 'acked_at', ${attempts.acked_at})))`
  const waiting = sql`(exists (select 1 from quick_tests where agent_id = ${agents.id} and status = 'queued')
    or exists (select 1 from commands where agent_id = ${agents.id} and status in ${sql.raw(literals(WAITING_COMMAND))}))`
  const settings = sql`(select json_group_object(${agentSettings.key}, ${agentSettings.value})
    from ${agentSettings} where ${agentSettings.agent_id} = ${agents.id})`
  const state = sql`json_object('agent', ${agent}, 'live', ${live}, 'waiting', ${waiting}, 'settings', ${settings})`
  return statement((given: Given<{ key: string }>) =>
    orm
      .select({ state: state.mapWith((text: string) => JSON.parse(text) as BeatState) })
      .from(agents)
      .leftJoin(attempts, LIVE_ON)
      .where(or(eq(agents.id, given('key')), eq(agents.name, given('key')))),
  )
}

/** The columns a heartbeat changes; `other_boot` is text: prepared statements pass values unchanged. */
type StoredBeat = { other_boot: string | null } & Pick<
  AgentRow,
  | 'id'
  | 'last_seen_at'
  | 'status'
  | 'current_task'
  | 'gpu_utilization_pct'
  | 'gpu_memory_used_gb'
  | 'storage_gb_free'
  | 'uptime_s'
  | 'boot_id'
  | 'boot_host'
  | 'clock_offset_ms'
>

function storeBeat(orm: Orm) {
  return statement((given: Given<StoredBeat>) =>
    orm
      .update(agents)
      .set({
        last_seen_at: given('last_seen_at'),
        status: given('status'),
        current_task: given('current_task'),
        gpu_utilization_pct: given('gpu_utilization_pct'),
        gpu_memory_used_gb: given('gpu_memory_used_gb'),
        storage_gb_free: given('storage_gb_free'),
        uptime_s: given('uptime_s'),
        boot_id: given('boot_id'),
        boot_host: given('boot_host'),
        other_boot: given('other_boot'),
        clock_offset_ms: given('clock_offset_ms'),
      })
      .where(eq(agents.id, given('id'))),
  )
}

/** A second process of an agent does not change its shown state. */
const standBy = (orm: Orm) =>
  statement((given: Given<Pick<StoredBeat, 'id' | 'last_seen_at' | 'other_boot'>>) =>
    orm
      .update(agents)
      .set({ last_seen_at: given('last_seen_at'), other_boot: given('other_boot') })
      .where(eq(agents.id, given('id'))),
  )

/** Removes all engines of an agent but the last ones reported; skips the search when there are few. */
const forgetEngines = (orm: Orm) =>
  statement((given: Given<{ id: string }>) => {
    const own = sql`from ${agentEngines} where ${agentEngines.agent_id} = ${given('id')}`
    const latest = sql`(select ${agentEngines.engine} ${own} order by ${agentEngines.checked_at} desc, rowid desc limit ${sql.raw(String(ENGINES_MAX))})`
    return orm
      .delete(agentEngines)
      .where(
        and(
          eq(agentEngines.agent_id, given('id')),
          sql`(select count(*) ${own}) > ${sql.raw(String(ENGINES_MAX))}`,
          sql`${agentEngines.engine} not in ${latest}`,
        ),
      )
  })

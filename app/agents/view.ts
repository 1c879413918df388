import { eq } from 'drizzle-orm'
import type { Orm } from '../../db/database.ts'
import { type Given, reading } from '../../db/read.ts'
import { agents, tokens } from '../../db/schema.ts'
import { iso } from '../clock.ts'
import { NotFound } from '../errors.ts'
import { shownName } from '../shown-name.ts'
import { type Agent, VIRTUAL } from './schema.ts'
import { twinHosts } from './twin.ts'

export type AgentRow = typeof agents.$inferSelect

/** An agent, as the API shows it. */
export function agentView(row: AgentRow, token_prefix: string | null): Agent {
  // Written out: spreading so many members takes ten times as long as a literal.
  return {
    id: row.id,
    name: shownName(row.name),
    hostname: row.hostname,
    port: row.port,
    status: row.status,
    current_task: row.current_task,
    schedulable: row.schedulable,
    notes: row.notes,
    tags: row.tags,
    gpu_info: row.gpu_info,
    gpu_count: row.gpu_count,
    cpu_info: row.cpu_info,
    cpu_arch: row.cpu_arch,
    ram_gb: row.ram_gb,
    environment_type: row.environment_type,
    fingerprint: row.fingerprint,
    kitt_version: row.kitt_version,
    capabilities: row.capabilities,
    hardware_details: row.hardware_details,
    gpu_utilization_pct: row.gpu_utilization_pct,
    gpu_memory_used_gb: row.gpu_memory_used_gb,
    storage_gb_free: row.storage_gb_free,
    uptime_s: row.uptime_s,
    clock_offset_ms: row.clock_offset_ms,
    heartbeat_interval_s: row.heartbeat_interval_s,
    registered_at: iso(row.registered_at),
    created_at: iso(row.created_at),
    virtual: row.tags.includes(VIRTUAL),
    token_prefix,
    twin_hosts: twinHosts(row),
    last_heartbeat: iso(row.last_seen_at),
  }
}

/** Agents, joined with the prefixes of their tokens. */
export const withToken = (orm: Orm) =>
  orm
    .select({ agent: agents, token_prefix: tokens.prefix })
    .from(agents)
    .leftJoin(tokens, eq(tokens.agent_id, agents.id))

/** @throws NotFound */
export async function findAgent(orm: Orm, id: string): Promise<AgentRow> {
  const { rows } = await byId(orm, { id })
  if (!rows[0]) throw new NotFound('There is no such agent.')
  return rows[0]
}

const byId = reading((orm, given: Given<{ id: string }>) => ({
  rows: orm
    .select()
    .from(agents)
    .where(eq(agents.id, given('id'))),
}))

/**
 * Picks the agent meant by an id or a name; ids come first. Agents use their name until they know their id.
 * @throws NotFound
 */
export function agentMeant<T>(found: T[], idOrName: string, idOf: (row: T) => string): T {
  const meant = found.find((row) => idOf(row) === idOrName) ?? found[0]
  if (meant === undefined) throw new NotFound('There is no such agent. Register first.')
  return meant
}

import type { Row } from '@libsql/client'
import { eq, or } from 'drizzle-orm'
import { agentStatus } from '../../../app/agents/events.ts'
import { AgentSettings, VIRTUAL } from '../../../app/agents/schema.ts'
import { tokenPrefix } from '../../../app/ids.ts'
import { agentEngines, agentSettings, agents, tokens } from '../../../db/schema.ts'
import { type Import, type KnownAgent, skip } from './context.ts'
import { json, number, text } from './values.ts'

/** Imports agents with their id, name, settings and token hash, so that they keep working without a change. */
export async function importAgents(into: Import): Promise<void> {
  for await (const page of into.source.pages('agents')) {
    for (const row of page) {
      const settings = await into.source.where('agent_settings', 'agent_id', text(row, 'id'))
      const engines = await into.source.where('agent_engines', 'agent_id', text(row, 'id'))
      await importAgent(into, row, settings, engines)
      into.step()
    }
  }
}

async function importAgent(into: Import, row: Row, settings: Row[], engines: Row[]) {
  const { deps, report, now } = into
  const token = tokenOf(into, row)
  const { tags, virtual, lost } = tagsOf(row, token !== undefined)
  const agent = { ...agentRow(into, row), tags }
  const kept = settingsOf(settings)
  const found = await deps.write(async (tx) => {
    const [same] = await tx.orm
      .select({ id: agents.id, name: agents.name })
      .from(agents)
      .where(or(eq(agents.id, agent.id), eq(agents.name, agent.name)))
    if (same) return same
    await tx.orm
      .insert(agents)
      .values({ ...agent, heartbeat_interval_s: Number(kept['heartbeat_interval_s'] ?? 30) })
    if (token)
      await tx.orm
        .insert(tokens)
        .values({ ...token, agent_id: agent.id, created_at: now })
        .onConflictDoNothing()
    for (const [key, value] of Object.entries(kept))
      await tx.orm.insert(agentSettings).values({ agent_id: agent.id, key, value })
    for (const one of enginesOf(into, engines))
      await tx.orm
        .insert(agentEngines)
        .values({ ...one, agent_id: agent.id })
        .onConflictDoNothing()
    const said = { name: agent.name, status: agent.status, current_task: null }
    tx.emit(agentStatus.row(said, { source_id: agent.id, at: now }))
    return undefined
  })
  if (lost && !found)
    report.warnings.push(
      `The tag "${lost}" of agent "${agent.name}" was left out: here it marks an agent that runs in the server.`,
    )
  if (!token && !virtual && (found?.id ?? agent.id) === agent.id)
    report.agents_without_token.push({ id: agent.id, name: agent.name })
  countAgent(into, { id: agent.id, name: agent.name, reports: token !== undefined }, found)
}

/** Counts an agent and records its id here, which differs if an agent of its name existed. */
function countAgent(
  { report, agents: known }: Import,
  agent: KnownAgent,
  found?: { id: string; name: string },
) {
  known.set(agent.id, found ? { ...found, reports: agent.reports && found.id === agent.id } : agent)
  if (!found) report.counts.agents.added++
  else if (found.id === agent.id) report.counts.agents.present++
  else
    skip(
      report,
      'agents',
      `An agent named "${agent.name}" already exists: it is kept and gets the tests of the old one.`,
    )
}

function agentRow({ readTime, now }: Import, row: Row) {
  const last_seen_at = readTime(row['last_heartbeat'])
  const registered_at = readTime(row['registered_at'])
  const port = number(row, 'port')
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    status: last_seen_at === null ? ('provisioned' as const) : ('offline' as const),
    port: port !== null && port > 0 ? port : null,
    gpu_count: number(row, 'gpu_count') ?? 0,
    ram_gb: number(row, 'ram_gb'),
    last_seen_at,
    registered_at,
    created_at: registered_at ?? now,
    ...Object.fromEntries(TEXTS.map((key) => [key, text(row, key)])),
  }
}

const TEXTS = [
  'hostname',
  'notes',
  'gpu_info',
  'cpu_info',
  'cpu_arch',
  'environment_type',
  'fingerprint',
  'kitt_version',
  'hardware_details',
]

/** The old system's tag of virtual agents; real ones may have it too. */
const OLD_VIRTUAL = 'test'

/**
 * The tags of an agent. An agent with a token is real: virtual agents of the old system had none, and as a virtual one
 * it would get a new token, which would cut off its host.
 * @returns `lost`: a tag that a real agent cannot have here
 */
function tagsOf(row: Row, hasToken: boolean): { tags: string[]; virtual: boolean; lost?: string } {
  const read = json(row, 'tags')
  const old = Array.isArray(read) ? read.map(String) : []
  const others = old.filter((tag) => tag !== VIRTUAL)
  if (hasToken || !old.includes(OLD_VIRTUAL))
    return { tags: others, virtual: false, ...(old.includes(VIRTUAL) && { lost: VIRTUAL }) }
  return { tags: others.map((tag) => (tag === OLD_VIRTUAL ? VIRTUAL : tag)), virtual: true }
}

/** The stored hash, or the hash of the plain token of older versions. */
function tokenOf({ deps }: Import, row: Row): { hash: string; prefix: string } | undefined {
  const plain = text(row, 'token')
  const hash = text(row, 'token_hash').toLowerCase() || (plain ? deps.sha256(plain) : '')
  return hash ? { hash, prefix: text(row, 'token_prefix') || tokenPrefix(plain) } : undefined
}

/** The settings that still exist, with values that are still valid. */
const settingsOf = (rows: Row[]): Record<string, string> =>
  Object.fromEntries(
    rows
      .map((row) => [text(row, 'key'), text(row, 'value')] as const)
      .filter(
        ([key, value]) =>
          Object.hasOwn(AgentSettings.shape, key) &&
          AgentSettings.shape[key as keyof typeof AgentSettings.shape].safeParse(value).success,
      ),
  )

const ABSENT = ['', 'unknown', 'not_installed', 'missing', 'error']

const enginesOf = ({ readTime, now }: Import, rows: Row[]) =>
  rows.map((row) => ({
    engine: text(row, 'engine'),
    installed: !ABSENT.includes(text(row, 'status')),
    running: text(row, 'status') === 'running',
    version: text(row, 'version'),
    binary_path: text(row, 'binary_path'),
    checked_at: readTime(row['last_checked']) ?? now,
  }))

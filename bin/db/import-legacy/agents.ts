import type { Row } from '@libsql/client'
import { eq, or } from 'drizzle-orm'
import { agentStatus } from '../../../app/agents/events.ts'
import { AgentSettings } from '../../../app/agents/schema.ts'
import { tokenPrefix } from '../../../app/ids.ts'
import { agentEngines, agentSettings, agents, tokens } from '../../../db/schema.ts'
import { type Import, type KnownAgent, skip } from './context.ts'
import { tagsOf } from './tags.ts'
import { number, text } from './values.ts'

/** Agents with their id, name, settings and the hash of their token: they go on as if nothing had happened. */
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
      `The tag "${lost}" of agent "${agent.name}" was left out: here it says that an agent runs within the server.`,
    )
  if (!token && !virtual && (found?.id ?? agent.id) === agent.id)
    report.agents_without_token.push({ id: agent.id, name: agent.name })
  tally(into, { id: agent.id, name: agent.name, reports: token !== undefined }, found)
}

/** Counts an agent, and keeps who it is here: there may have been one of its id or its name. */
function tally({ report, agents: known }: Import, agent: KnownAgent, found?: { id: string; name: string }) {
  known.set(agent.id, found ? { ...found, reports: agent.reports && found.id === agent.id } : agent)
  if (!found) report.counts.agents.added++
  else if (found.id === agent.id) report.counts.agents.present++
  else
    skip(
      report,
      'agents',
      `There is another agent named "${agent.name}" here: it stays, and gets the tests of the old one.`,
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

/** The hash is kept as it was; the plain token of older versions is hashed. */
function tokenOf({ deps }: Import, row: Row): { hash: string; prefix: string } | undefined {
  const plain = text(row, 'token')
  const hash = text(row, 'token_hash').toLowerCase() || (plain ? deps.sha256(plain) : '')
  return hash ? { hash, prefix: text(row, 'token_prefix') || tokenPrefix(plain) } : undefined
}

/** The settings that are still known and have a value that is still taken. */
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

import type { Command } from 'commander'
import type { Client } from '../../app/client/client.ts'
import { headlines, metricLeaves } from '../../app/results/metric-leaves.ts'
import { ResultDocument } from '../../app/results/schema.ts'
import { METRIC_NAMES } from '../../lib/change-words.ts'
import { nearest } from '../../lib/nearest.ts'
import { findId } from '../connection/find.ts'
import { CommandFailed, UsageError } from '../terminal/output.ts'
import { timeAgo } from '../terminal/time.ts'

/** The filters of the list of results. */
export type Filter = {
  model?: string
  engine?: string
  suite?: string
  agent?: string
  campaign?: string
  passed?: boolean
  failed?: boolean
  simulated?: boolean
  since?: string
  until?: string
  search?: string
  tag?: string
}

export const filterOptions = (command: Command): Command =>
  command
    .option('--model <name>', 'only this model')
    .option('--engine <name>', 'only this engine')
    .option('--suite <name>', 'only this suite')
    .option('--agent <agent>', 'only those of this agent, by name or id')
    .option('--campaign <campaign>', 'only those of this campaign, by name or id')
    .option('--passed', 'only those that passed')
    .option('--failed', 'only those that failed')
    .option('--simulated', 'only those of simulated engines')
    .option('--no-simulated', 'not those of simulated engines')
    .option('--since <time>', 'from this time on: 2026-01-31, or 7d, 12h, 30m ago', timeAgo)
    .option('--until <time>', 'before this time', timeAgo)
    .option('--tag <tag>', 'only those with this tag')
    .option('--search <text>', 'only models whose name contains this')

/**
 * The query parameters of the filters, with the ids that names stand for.
 * @throws CommandFailed for a name that there is not, UsageError for filters that exclude each other
 */
export async function filterQuery(client: Client, filter: Filter): Promise<Record<string, string>> {
  const { passed, failed, simulated } = filter
  if (passed && failed) throw new UsageError('No result passed and failed: give --passed or --failed.')
  const pairs = {
    model: filter.model,
    engine: filter.engine,
    suite_name: filter.suite,
    agent_id: filter.agent && (await findId(client, 'agent', filter.agent)),
    campaign_id: filter.campaign && (await findId(client, 'campaign', filter.campaign)),
    passed: passed ? 'true' : failed ? 'false' : undefined,
    simulated: simulated === undefined ? undefined : String(simulated),
    since: filter.since,
    until: filter.until,
    tag: filter.tag,
    q: filter.search,
  }
  return Object.fromEntries(Object.entries(pairs).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >
}

const VALUES = ['model', 'engine', 'suite'] as const

/** Explains a list that is empty because no result has what a filter names. @throws CommandFailed with the nearest name */
export async function requireValues({ api }: Client, filter: Filter): Promise<void> {
  for (const kind of VALUES) {
    const value = filter[kind]
    if (value === undefined) continue
    const { items, near } = await (await api.v1.names.$get({ query: { kind, q: value } })).json()
    if (items.some(({ id }) => id === value)) continue
    throw noneHas(kind, value, near ?? items[0]?.id)
  }
  if (filter.tag === undefined) return
  const { tags } = await (await api.v1.results.tags.$get()).json()
  const known = tags.map(({ tag }) => tag)
  if (!known.includes(filter.tag)) throw noneHas('tag', filter.tag, nearest(filter.tag, known))
}

/** @throws CommandFailed with the nearest name if there are such results, and none has this metric */
export async function requireMetric({ api }: Client, query: object, metric: string): Promise<void> {
  const found = async (sort: object) =>
    (await api.v1.results.$get({ query: { ...query, ...sort, per_page: '20' } as never })).json()
  const [having, all] = await Promise.all([found({ sort: `metric:${metric}` }), found({})])
  if (having.total > 0 || all.total === 0) return
  const known = all.items.flatMap((one) => [...headlines(metricLeaves(ResultDocument.parse(one))).keys()])
  throw noneHas('metric', metric, nearest(metric, [...new Set([...known, ...Object.keys(METRIC_NAMES)])]))
}

const noneHas = (kind: string, value: string, meant: string | undefined) =>
  new CommandFailed(`No result has the ${kind} "${value}".${meant ? ` Did you mean "${meant}"?` : ''}`)

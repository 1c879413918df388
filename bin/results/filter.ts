import type { Command } from 'commander'

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
    .option('--agent <id>', 'only those of this agent')
    .option('--campaign <id>', 'only those of this campaign')
    .option('--passed', 'only those that passed')
    .option('--failed', 'only those that failed')
    .option('--simulated', 'only those of simulated engines')
    .option('--no-simulated', 'not those of simulated engines')
    .option('--since <time>', 'from this time on, such as 2026-01-31')
    .option('--until <time>', 'before this time')
    .option('--tag <tag>', 'only those with this tag')
    .option('--search <text>', 'only models whose name contains this')

/** The query parameters of the filters. */
export function filterQuery(filter: Filter): Record<string, string> {
  const { passed, failed, simulated } = filter
  const pairs = {
    model: filter.model,
    engine: filter.engine,
    suite_name: filter.suite,
    agent_id: filter.agent,
    campaign_id: filter.campaign,
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

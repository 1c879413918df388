import type { Orm } from '../../../db/database.ts'
import { changedLine, changeWords, metricName } from '../../../lib/change-words.ts'
import { own } from '../../../lib/own.ts'
import { countersFrom } from '../../campaigns/counters.ts'
import { formatDuration, oneLine, summary } from '../../campaigns/log.ts'
import { metricInfo } from '../../results/metric-units.ts'
import { shownName } from '../../shown-name.ts'
import type { LoggedEvent } from './classify.ts'
import { type Facts, partsOf, readFacts } from './facts.ts'
import type { Notice, NoticeType, Subject, Told } from './notice.ts'

type Known = { type: NoticeType; event: LoggedEvent }
type About = Omit<Told, 'type'>

/** What to tell of some events; nothing of what is gone meanwhile. */
export async function tell(read: Orm, known: readonly Known[]): Promise<(Told & { event: LoggedEvent })[]> {
  const ids = (prefix: string, id: (event: LoggedEvent) => unknown) =>
    known.filter(({ type }) => type.startsWith(`${prefix}.`)).map(({ event }) => String(id(event)))
  const facts = await readFacts(read, {
    alerts: ids('alert', ({ data }) => data['alert_id']),
    campaigns: ids('campaign', ({ source_id }) => source_id),
    tests: ids('test', ({ source_id }) => source_id),
    agents: ids('agent', ({ source_id }) => source_id),
    schedules: ids('schedule', ({ source_id }) => source_id),
    results: ids('result', ({ source_id }) => source_id),
  })
  return known.flatMap(({ type, event }) => {
    const [area = ''] = type.split('.')
    const about = own(AREAS, area)?.(type, event, facts)
    return about ? [{ type, event, ...about }] : []
  })
}

const AREAS: Record<string, (type: NoticeType, event: LoggedEvent, facts: Facts) => About | undefined> = {
  alert: ofAlert,
  campaign: ofCampaign,
  test: ofTest,
  agent: ofAgent,
  schedule: ofSchedule,
  result: ofResult,
}

const ALERT_WORDS: Record<string, readonly [word: string, tone: Notice['tone']]> = {
  'alert.suspect': ['Suspect', 'warn'],
  'alert.confirmed': ['Confirmed', 'bad'],
  'alert.cleared': ['Cleared', 'good'],
  'alert.resolved': ['Resolved', 'good'],
  'alert.environment': ['Environment', 'warn'],
}

function ofAlert(type: NoticeType, { data }: LoggedEvent, facts: Facts): About | undefined {
  const alert = facts.alerts.get(String(data['alert_id']))
  if (!alert) return undefined
  const [word, tone] = own(ALERT_WORDS, type) ?? ['Alert', 'info']
  const metric = String(data['metric'])
  const delta_pct = Number(data['delta_pct'])
  const reason = String(data['reason'] ?? '')
  const label = String(data['label'])
  // What became so slowly changed nothing with the run that raised it, and perhaps something where it began.
  const differs = alert.differs.length > 0 ? alert.differs : (alert.began?.differs ?? [])
  const found = (alert.metrics as Record<string, { reference?: number; value?: number }>)[metric]
  return {
    subject: subjectOf(facts, [alert.agent_id], alert.model === null ? [] : [alert.model]),
    notice: {
      title: line(`${word}: ${metricName(metric)} ${changeWords(metric, delta_pct)}`),
      lines: [
        label,
        ...(reason === '' ? [] : [reason]),
        differs.length > 0
          ? `What changed: ${changedLine(differs, 3)}.`
          : 'Nothing that is recorded changed between the last good run and the first bad one.',
      ].map(line),
      tone,
      links: [
        { name: 'alert', label: 'Alert', path: `/alerts/${alert.id}` },
        { name: 'setup', label: 'Setup', path: `/setups/${alert.setup_id}` },
      ],
      data: {
        alert_id: alert.id,
        state: data['state'],
        ...{ setup_id: alert.setup_id, setup: label, model: alert.model, engine: alert.engine },
        agent: agentOf(facts, alert.agent_id),
        ...{ metric, unit: metricInfo(metric).unit, delta_pct },
        ...{ reference: found?.reference ?? null, value: found?.value ?? null },
        ...{ reason, changed: differs.slice(0, 50) },
      },
    },
  }
}

/** Failed runs that a message names. */
const NAMED = 5

function ofCampaign(_: NoticeType, { source_id, data }: LoggedEvent, facts: Facts): About | undefined {
  const campaign = facts.campaigns.get(source_id)
  if (!campaign) return undefined
  const parts = partsOf(JSON.parse(campaign.config))
  const counters = countersFrom(facts.counts.filter(({ id }) => id === source_id))
  const cells = facts.failed.filter(({ campaign_id }) => campaign_id === source_id)
  const failed = cells.slice(0, NAMED).map(({ spec, reason }) => ({
    ...{ model: spec.model, engine: spec.engine, benchmark: spec.benchmark },
    reason: line(reason ?? ''),
  }))
  const { status, error } = data
  const { started_at, completed_at } = campaign
  const took = started_at !== null && completed_at !== null ? completed_at - started_at : null
  const rest = counters.failed - failed.length
  return {
    subject: subjectOf(facts, [campaign.agent_id, ...parts.agents], parts.models, parts.tags),
    notice: {
      title: line(`Campaign ${status}: ${shownName(campaign.name)}`),
      lines: [
        `${summary(counters)}${took === null ? '' : ` in ${formatDuration(took)}`}.`,
        ...(typeof error === 'string' && error !== '' ? [error] : []),
        ...failed.map(
          ({ model, engine, benchmark, reason }) =>
            `Failed: ${model} · ${engine} · ${benchmark}${reason === '' ? '' : `: ${reason}`}`,
        ),
        ...(failed.length > 0 && rest > 0 ? [`and ${rest} more`] : []),
      ].map(line),
      tone: status !== 'completed' || counters.failed > 0 ? 'bad' : 'good',
      links: [{ name: 'campaign', label: 'Campaign', path: `/campaigns/${source_id}` }],
      data: {
        ...{ campaign_id: source_id, name: campaign.name, status, error: error ?? null },
        ...{ runs: counters, failed_runs: failed, duration_s: took === null ? null : took / 1000 },
      },
    },
  }
}

function ofTest(_: NoticeType, { source_id, data }: LoggedEvent, facts: Facts): About | undefined {
  const test = facts.tests.get(source_id)
  if (!test) return undefined
  const { model, engine, agent_id, agent_name } = test
  const benchmark = test.suite || test.benchmark
  return {
    subject: subjectOf(facts, [agent_id], [model]),
    notice: {
      title: line(`Test failed: ${[model, engine, benchmark].map(shownName).join(' · ')}`),
      lines: [`On ${shownName(agent_name)}.`, String(data['error'] ?? '')]
        .filter((text) => text !== '')
        .map(line),
      tone: 'bad',
      links: [{ name: 'test', label: 'Test', path: `/quicktests/${source_id}` }],
      data: {
        ...{ test_id: source_id, model, engine, benchmark, error: data['error'] ?? null },
        agent: { id: agent_id, name: agent_name },
      },
    },
  }
}

function ofAgent(type: NoticeType, { source_id }: LoggedEvent, facts: Facts): About | undefined {
  const agent = facts.agents.get(source_id)
  if (!agent) return undefined
  const away = type === 'agent.offline'
  return {
    subject: { agents: [source_id, agent.name], models: null, tags: agent.tags },
    notice: {
      title: line(`Agent ${away ? 'offline' : 'online'}: ${shownName(agent.name)}`),
      lines: [away ? 'It has not been heard of; its tests wait for it.' : 'It is connected again.'],
      tone: away ? 'bad' : 'good',
      links: [{ name: 'agent', label: 'Agent', path: `/agents/${source_id}` }],
      data: { agent: { id: source_id, name: agent.name }, status: away ? 'offline' : 'online' },
    },
  }
}

function ofSchedule(type: NoticeType, { source_id, data }: LoggedEvent, facts: Facts): About | undefined {
  const schedule = facts.schedules.get(source_id)
  if (!schedule) return undefined
  const { agent_id, config } = JSON.parse(schedule.campaign) as { agent_id?: string | null; config?: unknown }
  const parts = partsOf(config)
  const { name, due_at, outcome, reason, campaign_id } = data
  const local = new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone: schedule.timezone, dateStyle: 'short', timeStyle: 'short' },
  }).format(Date.parse(String(due_at)))
  return {
    subject: subjectOf(facts, [agent_id ?? null, ...parts.agents], parts.models, parts.tags),
    notice: {
      title: line(`Schedule ${type === 'schedule.failed' ? 'failed' : 'missed'}: ${shownName(String(name))}`),
      lines: [`Due ${local} ${schedule.timezone}.`, String(reason ?? '')]
        .filter((text) => text !== '')
        .map(line),
      tone: type === 'schedule.failed' ? 'bad' : 'warn',
      links:
        typeof campaign_id === 'string'
          ? [{ name: 'campaign', label: 'Campaign', path: `/campaigns/${campaign_id}` }]
          : [],
      data: { schedule_id: source_id, name, due_at, outcome, reason, campaign_id: campaign_id ?? null },
    },
  }
}

function ofResult(_: NoticeType, { source_id, data }: LoggedEvent, facts: Facts): About | undefined {
  const result = facts.results.get(source_id)
  if (!result) return undefined
  const { model, engine, suite, agent_id, passed, gpu_model } = result
  return {
    subject: subjectOf(facts, agent_id === null ? [] : [agent_id], [model]),
    notice: {
      title: line(`Result saved: ${[model, engine, suite].filter(Boolean).map(shownName).join(' · ')}`),
      lines: [passed === false ? 'It did not pass.' : 'It passed.', ...(gpu_model ? [gpu_model] : [])].map(
        line,
      ),
      tone: passed === false ? 'bad' : 'info',
      links: [{ name: 'result', label: 'Result', path: `/results/${source_id}` }],
      data: {
        ...{ result_id: source_id, model, engine, suite, passed, gpu_model },
        ...{ test_id: data['test_id'] ?? null, agent: agentOf(facts, agent_id) },
      },
    },
  }
}

/** Names and ids of agents, models, and tags: those given, and those of the agents. */
function subjectOf(
  { agents }: Facts,
  ids: readonly (string | null)[],
  models: string[],
  tags: string[] = [],
): Subject {
  const known = ids.flatMap((id) => (id === null ? [] : (agents.get(id) ?? [])))
  return {
    agents: [...ids.filter((id) => id !== null), ...known.map(({ name }) => name)],
    models,
    tags: [...tags, ...known.flatMap((agent) => agent.tags)],
  }
}

const agentOf = ({ agents }: Facts, id: string | null) =>
  id === null ? null : { id, name: agents.get(id)?.name ?? null }

const line = (text: string) => oneLine(text, 500)

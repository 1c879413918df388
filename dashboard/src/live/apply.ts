import type { QueryClient } from '@tanstack/react-query'
import type { StreamEvent } from '../../../app/client/client.ts'
import { defined } from '../../../lib/defined.ts'
import { own } from '../../../lib/own.ts'
import type { Agent } from '../api/agents.ts'
import type { CampaignDetail, CampaignRun } from '../api/campaigns.ts'
import type { QuickTest, TestStatus } from '../api/tests.ts'
import { noteDownload } from './downloads.ts'
import { type LogLine, receiveLines, refillLogs } from './log-store.ts'
import type { Refresher } from './refresh.ts'

type Of<T extends StreamEvent['type']> = Extract<StreamEvent, { type: T }>

/** Applies a batch of events to the cache; of several progress events of a test only the last. */
export function applyEvents(cache: QueryClient, refresh: Refresher, events: readonly StreamEvent[]): void {
  const lines = new Map<string, LogLine[]>()
  const progress = new Map<string, Of<'progress'>>()
  for (const event of events) {
    if (event.type === 'log') linesOf(lines, event.data.source_id).push(lineOf(event))
    else if (event.type === 'progress') progress.set(event.data.source_id, event)
    else applyOne(cache, refresh, event)
  }
  for (const [source, list] of lines) receiveLines(source, list)
  for (const [id, { data }] of progress) {
    const { done, total, metrics, unit, label } = data
    const progress = { done, total, metrics, ...defined({ unit, label }) }
    patch<QuickTest>(cache, 'tests', id, (test) => ({ ...test, progress }))
    patchCell(cache, id, progress)
  }
}

const lineOf = ({ id, data }: Of<'log'>): LogLine => ({ id, line: data.line, created_at: data.at })

function linesOf(all: Map<string, LogLine[]>, source: string): LogLine[] {
  const list = all.get(source) ?? []
  all.set(source, list)
  return list
}

function applyOne(cache: QueryClient, refresh: Refresher, event: StreamEvent): void {
  switch (event.type) {
    case 'agent_status':
      applyAgent(cache, refresh, event)
      break
    case 'agent_twin':
      refresh.mark('agents', 'one', event.data.source_id)
      break
    case 'status':
      applyStatus(cache, refresh, event)
      break
    case 'result_saved':
      refresh.mark('results')
      // Lists of tests show the number of their results.
      refresh.mark('tests', 'list')
      break
    case 'result_noted':
      refresh.mark('results')
      break
    case 'result_deleted':
      refresh.mark('results')
      // What showed it as its own no longer does.
      for (const area of ['tests', 'campaigns', 'alerts']) refresh.mark(area)
      break
    case 'setup_state':
      refresh.mark('setups')
      refresh.mark('results', 'comparable')
      // A run of a schedule shows what the setups of its results say, which comes after it has ended.
      refresh.mark('schedules')
      break
    case 'alert':
      refresh.mark('schedules')
      refresh.mark('alerts')
      refresh.mark('setups')
      break
    case 'schedule_run':
      refresh.mark('schedules')
      break
    case 'schedule_changed':
      refresh.mark('schedules')
      // A campaign names the schedule that it came from.
      refresh.mark('campaigns', 'one')
      break
    case 'changed':
      for (const key of [...changedBy(event.data.action), ['audit']]) refresh.mark(...key)
      break
    case 'webhook':
      refresh.mark('webhooks')
      break
    case 'campaign_created':
      refresh.mark('campaigns')
      break
    case 'model_download':
      applyDownload(refresh, event)
      break
    case 'gap':
      void refillLogs()
      void cache.invalidateQueries()
  }
}

/** Actions whose first word is not the one part of the cache that they change. */
const CHANGED: Record<string, readonly (readonly string[])[]> = {
  quicktest: [['tests']],
  rules: [['setups']],
  deliveries: [['webhooks']],
  engines: [['engines', 'profiles']],
  // The last run of a schedule shows its campaign.
  campaigns: [['campaigns'], ['schedules']],
}

/** What an action of the audit may have changed. @example changedBy('rules.default.change') // [['setups']] */
export function changedBy(action: string): readonly (readonly string[])[] {
  const [word = ''] = action.split('.')
  return own(CHANGED, word) ?? [[word]]
}

function applyAgent(cache: QueryClient, refresh: Refresher, { data }: Of<'agent_status'>) {
  const { source_id: id, status, current_task } = data
  patch<Agent>(cache, 'agents', id, (agent) => ({ ...agent, status, current_task }))
  refresh.mark('agents', 'list')
  refresh.mark('agents', 'one', id)
  if (!Object.hasOwn(cache.getQueryData<object>(['agents', 'capabilities']) ?? {}, id))
    refresh.mark('agents', 'capabilities')
  refresh.mark('engines', 'status')
}

function applyStatus(cache: QueryClient, refresh: Refresher, { data }: Of<'status'>) {
  if (data.test_id !== undefined) {
    const status = data.status as TestStatus
    patch<QuickTest>(cache, 'tests', data.test_id, (test) => ({ ...test, status, error: data.error }))
    refresh.mark('tests', 'list')
    refresh.mark('tests', 'one', data.test_id)
  }
  // The counts and cells of a campaign depend on its tests, and the outcome of a scheduled run on its campaign.
  refresh.mark('campaigns')
  if (data.test_id === undefined) refresh.mark('schedules')
}

function applyDownload(refresh: Refresher, { data }: Of<'model_download'>) {
  noteDownload({ job_id: data.source_id, repo_id: data.repo_id, status: data.status, error: data.error })
  if (data.status !== 'downloading') refresh.mark('models')
}

/** Shows the progress of a test in its campaign's cell, if that is shown. */
function patchCell(cache: QueryClient, testId: string, progress: CampaignRun['progress']) {
  cache.setQueriesData<CampaignDetail>({ queryKey: ['campaigns', 'one'] }, (old) => {
    if (!old?.runs.some(({ quick_test_id }) => quick_test_id === testId)) return old
    const runs = old.runs.map((run) => (run.quick_test_id === testId ? { ...run, progress } : run))
    return { ...old, runs }
  })
}

type WithId = { id: string }
type ListOf<T> = { items: T[] }

/** Changes an item everywhere in the cache: by itself and in lists. */
function patch<T extends WithId>(cache: QueryClient, area: string, id: string, change: (old: T) => T) {
  cache.setQueryData<T>([area, 'one', id], (old) => old && change(old))
  cache.setQueriesData<ListOf<T>>({ queryKey: [area, 'list'] }, (old) => {
    if (!old?.items.some((item) => item.id === id)) return old
    return { ...old, items: old.items.map((item) => (item.id === id ? change(item) : item)) }
  })
}

import { summary } from '../log.ts'
import type { Counters } from '../schema.ts'
import { placements } from './hosts.ts'
import type { Action, CampaignRows, Ended, OpenCell } from './work.ts'

/** How long a result may arrive after its completed test, in milliseconds. */
const RESULT_GRACE_MS = 5000

/** The next actions of an active campaign: a pure function of its rows. */
export function planCampaign(rows: CampaignRows, now: number): Action[] {
  const settled = rows.cells.flatMap((cell) => settle(cell, rows.retries, now))
  const ended = new Set(settled.flatMap((action) => (action.do === 'end' ? [action.cell] : [])))
  const retried = new Set(settled.flatMap((action) => (action.do === 'retry' ? [action.cell] : [])))
  const open = rows.cells.filter((cell) => !ended.has(cell))
  const isWaiting = (cell: OpenCell) => retried.has(cell) || !cell.test
  const busy = open.filter((cell) => !isWaiting(cell))
  const { actions, reason } = placements(open.filter(isWaiting), busy, rows.hosts)
  const counters = countEnds(rows.counters, [...settled, ...actions])
  const done = counters.succeeded + counters.failed + counters.skipped + counters.cancelled
  const started = busy.length > 0 || actions.some((action) => action.do === 'place')
  return [
    ...settled,
    ...actions,
    ...(rows.status === 'queued' && started ? [{ do: 'start' as const }] : []),
    ...(done === counters.total_runs ? [finish(counters)] : []),
    ...(done < counters.total_runs && reason !== rows.waiting_for ? [{ do: 'wait' as const, reason }] : []),
  ]
}

/** The actions that the state of a cell's test requires. */
export function settle(cell: OpenCell, retries: number, now: number): Action[] {
  const { test } = cell
  if (!test) return []
  const status = test.started_at !== null ? 'running' : 'queued'
  const shown = status === cell.status && (status === 'queued' || test.attempt === cell.attempt)
  const began: Action[] = shown ? [] : [{ do: 'show', cell, test, status }]
  const end = (status: Ended, reason: string | null): Action[] => [
    ...began,
    { do: 'end', cell, status, reason },
  ]
  if (test.status === 'completed') {
    const known = test.result_id !== null || test.error !== null
    return known || now - (test.completed_at ?? 0) >= RESULT_GRACE_MS ? end('completed', test.error) : began
  }
  if (test.status === 'cancelled') return end('cancelled', test.error ?? 'The quick test was cancelled.')
  if (test.status !== 'failed') return began
  const reason = test.error ?? 'The agent gave no reason.'
  return cell.tries <= retries ? [...began, { do: 'retry', cell, reason }] : end('failed', reason)
}

function countEnds(before: Counters, actions: Action[]): Counters {
  const counters = { ...before }
  for (const action of actions) {
    if (action.do === 'end') counters[action.status === 'completed' ? 'succeeded' : action.status]++
  }
  return counters
}

/** `completed` with any success, `cancelled` if every run was cancelled, otherwise `failed`. */
function finish(counters: Counters): Action {
  const { succeeded, failed, skipped } = counters
  if (succeeded > 0) return { do: 'finish', status: 'completed', error: null, counters }
  if (failed + skipped === 0) return { do: 'finish', status: 'cancelled', error: null, counters }
  return { do: 'finish', status: 'failed', error: `${summary(counters)}.`, counters }
}

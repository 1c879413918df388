import { summary } from '../log.ts'
import type { Counters } from '../schema.ts'
import { placements } from './hosts.ts'
import type { Action, CampaignRows, Ended, OpenCell } from './work.ts'

/** How long a completed test may go without its result, which some agents send after it, in milliseconds. */
const RESULT_GRACE_MS = 5000

/** What to do for a campaign that is under way: a pure function of its rows; nothing to do is []. */
export function planCampaign(rows: CampaignRows, now: number): Action[] {
  const settled = rows.cells.flatMap((cell) => settle(cell, rows.retries, now))
  const over = new Set(settled.flatMap((action) => (action.do === 'end' ? [action.cell] : [])))
  const again = new Set(settled.flatMap((action) => (action.do === 'again' ? [action.cell] : [])))
  const open = rows.cells.filter((cell) => !over.has(cell))
  const isWaiting = (cell: OpenCell) => again.has(cell) || !cell.test
  const busy = open.filter((cell) => !isWaiting(cell))
  const { actions, reason } = placements(open.filter(isWaiting), busy, rows.hosts)
  const counters = countEnds(rows.counters, [...settled, ...actions])
  const ended = counters.succeeded + counters.failed + counters.skipped + counters.cancelled
  const started = busy.length > 0 || actions.some((action) => action.do === 'place')
  return [
    ...settled,
    ...actions,
    ...(rows.status === 'queued' && started ? [{ do: 'start' as const }] : []),
    ...(ended === counters.total_runs ? [finish(counters)] : []),
    ...(ended < counters.total_runs && reason !== rows.waiting_for ? [{ do: 'wait' as const, reason }] : []),
  ]
}

/** What a cell's test came to, if it has ended. */
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
    const told = test.result_id !== null || test.error !== null
    return told || now - (test.completed_at ?? 0) >= RESULT_GRACE_MS ? end('completed', test.error) : began
  }
  if (test.status === 'cancelled') return end('cancelled', test.error ?? 'The quick test was cancelled.')
  if (test.status !== 'failed') return began
  const reason = test.error ?? 'The agent gave no reason.'
  return cell.tries <= retries ? [...began, { do: 'again', cell, reason }] : end('failed', reason)
}

function countEnds(before: Counters, actions: Action[]): Counters {
  const counters = { ...before }
  for (const action of actions) {
    if (action.do === 'end') counters[action.status === 'completed' ? 'succeeded' : action.status]++
  }
  return counters
}

/** Completed with any success; failed where nothing succeeded; cancelled where all there is was cancelled. */
function finish(counters: Counters): Action {
  const { succeeded, failed, skipped } = counters
  if (succeeded > 0) return { do: 'finish', status: 'completed', error: null, counters }
  if (failed + skipped === 0) return { do: 'finish', status: 'cancelled', error: null, counters }
  return { do: 'finish', status: 'failed', error: `${summary(counters)}.`, counters }
}

import { own } from '../../../lib/own.ts'
import { isOneOf } from '../../../lib/states.ts'
import type { NoticeType } from './notice.ts'

/** An event as it is read from the log; `before` is the state that the last such event of its source told. */
export type LoggedEvent = {
  id: number
  type: string
  source_id: string
  data: Record<string, unknown>
  before: string | null
  at: number
}

const ALERTS = ['suspect', 'confirmed', 'cleared', 'resolved', 'environment'] as const
const ENDED_CAMPAIGN = ['completed', 'failed', 'cancelled'] as const
const SCHEDULES: Record<string, NoticeType> = {
  missed: 'schedule.missed',
  missing: 'schedule.missed',
  failed: 'schedule.failed',
}

/** The types of logged events that may become a notice, by the notice. */
const LOGGED: Record<string, string> = {
  alert: 'alert',
  campaign: 'status',
  test: 'status',
  agent: 'agent_status',
  schedule: 'schedule_run',
  result: 'result_saved',
}

/** The types of events to read for some notices. */
export const loggedTypes = (wanted: Iterable<NoticeType>): string[] => [
  ...new Set([...wanted].flatMap((type) => own(LOGGED, type.split('.')[0] ?? '') ?? [])),
]

/** What an event is told as; undefined for what is told nobody. */
export function noticeTypeOf({ type, data, before }: LoggedEvent): NoticeType | undefined {
  switch (type) {
    case 'alert': {
      const { state } = data
      // An alert tells its state again when its reason changes.
      return typeof state === 'string' && isOneOf(ALERTS, state) && state !== before
        ? `alert.${state}`
        : undefined
    }
    case 'status':
      return ofStatus(data)
    case 'agent_status':
      return ofAgent(String(data['status']), before)
    case 'schedule_run':
      return own(SCHEDULES, String(data['outcome']))
    case 'result_saved':
      return 'result.saved'
    default:
      return undefined
  }
}

function ofStatus({ status, test_id, campaign_id }: Record<string, unknown>): NoticeType | undefined {
  if (test_id !== undefined) return status === 'failed' ? 'test.failed' : undefined
  return campaign_id !== undefined && isOneOf(ENDED_CAMPAIGN, String(status))
    ? 'campaign.finished'
    : undefined
}

/** An agent comes and goes; that it becomes busy or idle is no news. */
function ofAgent(status: string, before: string | null): NoticeType | undefined {
  if (status === 'offline') return before === 'offline' ? undefined : 'agent.offline'
  const away = before === 'offline' || before === 'provisioned'
  // The event before may have been deleted for its age: an agent that was idle since then begins a test.
  return away || (before === null && status === 'online') ? 'agent.online' : undefined
}

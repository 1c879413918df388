import { CONNECTED, isOneOf } from '../../../lib/states.ts'
import type { AgentStatus } from '../../agents/schema.ts'
import type { Rule } from '../../setups/schema.ts'
import type { AlertState } from '../schema.ts'
import type { Made } from './proof.ts'

/** Everything that decides what an alert that waits for runs does next. */
export type ConfirmWork = {
  state: 'suspect' | 'confirming'
  reason: string
  /** When it was last told anything: raised, begun, or by a run of its setup. */
  since: number
  confirm: Rule['confirm']
  /** An administrator asked for it: the budget does not hold it up. */
  byHand: boolean
  /** Why the run cannot be repeated; undefined if it can. */
  fault: string | undefined
  agent: { name: string; status: AgentStatus; schedulable: boolean } | undefined
  /** Runs queued on the host to confirm anything within a day. */
  used: number
  /** The alert whose runs speak for this one as well; `measures`: they have values in this one's setup. */
  lead: { id: string; state: AlertState; label: string; measures: boolean } | undefined
  /** A profile with the earlier engine. */
  control: string | undefined
  made: readonly Made[]
  now: number
}

export type ConfirmAction =
  /** It goes on waiting, for this reason. */
  | { do: 'explain'; reason: string }
  | { do: 'begin'; roles: Made['role'][] }
  | { do: 'queue'; run: Made }
  /** No more runs are waited for: all have an outcome, or its host has none for a day, in words. */
  | { do: 'weigh'; spare: number; because?: string }
  /** Another alert of the same cause has its outcome. */
  | { do: 'follow'; lead: string; state: AlertState; label: string }

/** The most runs that confirm anything on one host within a day, and for one alert. */
export const NIGHT_MAX = 12
const ALERT_MAX = 5
const DAY_MS = 86_400_000

/** The next action for an alert that waits for runs: a pure function of its rows. */
export function planConfirm(work: ConfirmWork): ConfirmAction[] {
  return work.state === 'suspect' ? planSuspect(work) : planConfirming(work)
}

function planSuspect(work: ConfirmWork): ConfirmAction[] {
  const { lead, confirm, control } = work
  const following = lead && planFollower(lead)
  if (following) return [following]
  const reason = obstacleOf(work)
  if (reason !== undefined) return [{ do: 'explain', reason }]
  const confirms = Array.from({ length: confirm.runs }, () => 'confirm' as const)
  // Between those on the new engine, so that both are of the same hour.
  const roles = confirms.flatMap((role, i): Made['role'][] => (control && i > 0 ? ['control', role] : [role]))
  return [{ do: 'begin', roles }]
}

function planFollower({
  id,
  state,
  label,
  measures,
}: NonNullable<ConfirmWork['lead']>): ConfirmAction | undefined {
  if (state === 'confirming')
    return {
      do: 'explain',
      reason: `It is confirmed with that of ${label}: one host, one environment, one hour.`,
    }
  const outcome = state === 'acknowledged' || state === 'silenced' ? 'confirmed' : state
  // That another setup stood out by chance says nothing of this one: it is run again itself.
  const told =
    isOneOf(['confirmed', 'unclear', 'environment'], outcome) || (outcome === 'cleared' && measures)
  return told ? { do: 'follow', lead: id, state: outcome, label } : undefined
}

/** Why it cannot be confirmed, in words; undefined if it can. */
export function obstacleOf(work: Omit<ConfirmWork, 'made' | 'lead' | 'control' | 'state' | 'reason'>) {
  const { confirm, fault, since, now } = work
  if (confirm.runs === 0) return 'Not confirmed: the rule of this setup asks for no confirming runs.'
  if (fault !== undefined) return fault
  if (now - since > DAY_MS)
    return 'Not confirmed: it was not run again within a day. It goes on with the next run.'
  return hindranceOf(work)
}

/** What keeps a host from being given a test now. */
function hindranceOf({ agent, used, byHand }: Pick<ConfirmWork, 'agent' | 'used' | 'byHand'>) {
  const away = absenceOf(agent)
  if (away !== undefined || !agent) return away
  if (used >= NIGHT_MAX && !byHand)
    return `Confirming waits: ${agent.name} has had ${NIGHT_MAX} confirming runs within a day.`
  return undefined
}

/** What keeps a host from running what it was given; no other host is a substitute. */
function absenceOf(agent: ConfirmWork['agent']): string | undefined {
  if (!agent) return 'Its run cannot be repeated: its agent was deleted.'
  if (!isOneOf(CONNECTED, agent.status)) return `Confirming waits for ${agent.name}, which is not connected.`
  return agent.schedulable ? undefined : `Confirming waits for ${agent.name}, which is drained.`
}

function planConfirming(work: ConfirmWork): ConfirmAction[] {
  const { made, confirm, now, agent } = work
  const progress = progressOf(made)
  if (made.some(({ state }) => state === 'open')) return planWaiting(work, progress, absenceOf(agent))
  const next = made.find(({ state }) => state === 'waits')
  if (!next) {
    const spare = ALERT_MAX - made.filter(({ role }) => role === 'confirm').length
    return [{ do: 'weigh', spare: Math.max(0, spare) }]
  }
  const last = Math.max(...made.map(({ ended_at }) => ended_at ?? Number.NEGATIVE_INFINITY))
  const hindrance = work.fault ?? hindranceOf(work)
  if (hindrance !== undefined) return planWaiting(work, progress, hindrance)
  const due = last + confirm.spread_s * 1000
  return now < due ? [{ do: 'explain', reason: progress }] : [{ do: 'queue', run: next }]
}

/** Waits for a host, for a day at most after what it last did for the alert. */
function planWaiting(
  { made, since, now, agent, fault }: ConfirmWork,
  progress: string,
  hindrance: string | undefined,
): ConfirmAction[] {
  const last = Math.max(since, ...made.map(({ asked_at, ended_at }) => ended_at ?? asked_at ?? since))
  if (hindrance === undefined) return [{ do: 'explain', reason: progress }]
  if (now - last <= DAY_MS) return [{ do: 'explain', reason: `${progress} ${hindrance}` }]
  const away = agent ? `${agent.name} could not run it for a day.` : 'Its agent was deleted.'
  const because = hindrance === fault ? fault : away
  return [{ do: 'weigh', spare: 0, because: `${because} It is looked at again with the next run.` }]
}

/** `Run again: 1 of 3 done.` */
export function progressOf(made: readonly Pick<Made, 'state'>[]): string {
  const done = made.filter(({ state }) => state === 'valid' || state === 'failed').length
  return `Run again: ${done} of ${made.length} done.`
}

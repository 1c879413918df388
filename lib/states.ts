// The states of rows, of the API and of the dashboard, each list in the order in which they are passed through.
// No schemas here: the dashboard would bundle them.

/** `busy`: with a live attempt. `provisioned`: created, has never connected. */
export const AGENT_STATES = ['provisioned', 'online', 'busy', 'offline'] as const
/** The states of a connected agent. */
export const CONNECTED = ['online', 'busy'] as const

/** The final states of tests and campaigns. */
export const ENDED = ['completed', 'failed', 'cancelled'] as const

/** The states of a quick test that has not ended. */
export const OPEN_TEST = ['queued', 'dispatched', 'running'] as const
export const TEST_STATES = [...OPEN_TEST, ...ENDED] as const

/** The states of an attempt that has not ended. */
export const LIVE_ATTEMPT = ['offered', 'running'] as const
export const ATTEMPT_STATES = [
  ...LIVE_ATTEMPT,
  'succeeded',
  'failed',
  'lost',
  'superseded',
  'cancelled',
] as const

/** The states of a command that its agent has not acknowledged. */
export const WAITING_COMMAND = ['queued', 'sent'] as const
export const COMMAND_STATES = [...WAITING_COMMAND, 'acked', 'completed', 'failed'] as const

/** The states in which the reconciler works on a campaign. */
export const ACTIVE_CAMPAIGN = ['queued', 'running'] as const
export const CAMPAIGN_STATES = ['draft', ...ACTIVE_CAMPAIGN, ...ENDED] as const

/** The states of a cell with a test, and of a cell that has not ended. */
export const PLACED_CELL = ['queued', 'running'] as const
export const OPEN_CELL = ['pending', ...PLACED_CELL] as const
export const CELL_STATES = [...OPEN_CELL, 'completed', 'failed', 'skipped', 'cancelled'] as const

/** The states of the download of a model. */
export const DOWNLOAD_STATES = ['downloading', 'completed', 'failed'] as const

/** The states of a setup, worst first. `learning`: too few runs to be watched. */
export const SETUP_STATES = [
  'worse',
  'confirming',
  'suspect',
  'missing',
  'improved',
  'learning',
  'steady',
] as const

/** The states in which an alert waits for runs. */
export const OPEN_SUSPICION = ['suspect', 'confirming'] as const
/** The states in which a setup counts as worse. */
export const STANDING_ALERT = ['confirmed', 'acknowledged', 'silenced'] as const
/** The states in which an alert holds: until it ends, its setup raises no other, and its reference stays. */
export const HOLDING_ALERT = [...OPEN_SUSPICION, ...STANDING_ALERT, 'unclear', 'environment'] as const
export const ALERT_STATES = [
  ...HOLDING_ALERT,
  'cleared',
  'accepted',
  'resolved',
  'false_alarm',
  'closed',
] as const

/** What two groups of runs tell of a metric. */
export const VERDICTS = ['worse', 'better', 'same', 'small', 'unclear'] as const

/**
 * What became of a due time. `waiting` until the run before it has ended; `missing`: no valid result came in
 * time; `missed`: the server was off; `skipped`: the run before it still ran.
 */
export const SCHEDULE_OUTCOMES = ['waiting', 'started', 'missing', 'skipped', 'missed', 'failed'] as const

/** What a token may do, each more than the one before: read, launch and import, everything. */
export const TOKEN_SCOPES = ['read', 'run', 'admin'] as const
export const TOKEN_STATES = ['active', 'expired', 'revoked'] as const

/** What became of a change that was asked for. */
export const AUDIT_OUTCOMES = ['done', 'refused'] as const
/** What a webhook can be told of. */
export const NOTICE_TYPES = [
  'alert.suspect',
  'alert.confirmed',
  'alert.cleared',
  'alert.resolved',
  'alert.environment',
  'campaign.finished',
  'test.failed',
  'agent.offline',
  'agent.online',
  'schedule.missed',
  'schedule.failed',
  'result.saved',
] as const
/** What a new webhook is told of. */
export const USUAL_NOTICES = [
  'alert.confirmed',
  'alert.resolved',
  'schedule.missed',
  'agent.offline',
] as const satisfies readonly (typeof NOTICE_TYPES)[number][]

export const WEBHOOK_KINDS = ['json', 'slack', 'discord', 'teams', 'email'] as const
export const DELIVERY_STATES = ['waiting', 'delivered', 'given_up'] as const

/** Whether a state is one of these. */
export const isOneOf = <T extends string>(states: readonly T[], state: string): state is T =>
  (states as readonly string[]).includes(state)

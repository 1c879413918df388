// The states that rows have, the API tells and the page shows: each list in the order that things go through it.
// No schema stands here, so that the page bundles none for it.

/** `busy`: it has a live attempt. `provisioned`: a token was made for it, it never came. */
export const AGENT_STATES = ['provisioned', 'online', 'busy', 'offline'] as const
/** Those of an agent that is connected. */
export const CONNECTED = ['online', 'busy'] as const

/** How tests and campaigns end. */
export const ENDED = ['completed', 'failed', 'cancelled'] as const

/** Those of a quick test that has not ended. */
export const OPEN_TEST = ['queued', 'dispatched', 'running'] as const
export const TEST_STATES = [...OPEN_TEST, ...ENDED] as const

/** Those of an attempt that its agent may still end. */
export const LIVE_ATTEMPT = ['offered', 'running'] as const
export const ATTEMPT_STATES = [
  ...LIVE_ATTEMPT,
  'succeeded',
  'failed',
  'lost',
  'superseded',
  'cancelled',
] as const

/** Those of a command that its agent has not taken. */
export const WAITING_COMMAND = ['queued', 'sent'] as const
export const COMMAND_STATES = [...WAITING_COMMAND, 'acked', 'completed', 'failed'] as const

/** Those of a campaign whose runs are looked after. */
export const ACTIVE_CAMPAIGN = ['queued', 'running'] as const
export const CAMPAIGN_STATES = ['draft', ...ACTIVE_CAMPAIGN, ...ENDED] as const

/** Those of a cell that has a test, and of one that has not ended. */
export const PLACED_CELL = ['queued', 'running'] as const
export const OPEN_CELL = ['pending', ...PLACED_CELL] as const
export const CELL_STATES = [...OPEN_CELL, 'completed', 'failed', 'skipped', 'cancelled'] as const

/** How the download of a model goes. */
export const DOWNLOAD_STATES = ['downloading', 'completed', 'failed'] as const

/** Whether a state is one of these. */
export const isOneOf = <T extends string>(states: readonly T[], state: string): state is T =>
  (states as readonly string[]).includes(state)

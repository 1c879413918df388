import type { AttemptRow } from './attempts.ts'

/** Logs and a result that come after the end are taken for this long: some agents report in that order. */
export const LATE_MS = 10 * 60_000

/** Ended by its agent's word less than ten minutes ago. */
export const late = (attempt: Pick<AttemptRow, 'state' | 'ended_at'>, at: number): boolean =>
  (attempt.state === 'succeeded' || attempt.state === 'failed') && at - (attempt.ended_at ?? 0) <= LATE_MS

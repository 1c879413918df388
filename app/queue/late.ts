import type { AttemptRow } from './attempts.ts'

/** Logs and a result are accepted for this long after the end: some agents report in that order. */
export const LATE_MS = 10 * 60_000

/** Whether its agent ended it within the last ten minutes. */
export const late = (attempt: Pick<AttemptRow, 'state' | 'ended_at'>, at: number): boolean =>
  (attempt.state === 'succeeded' || attempt.state === 'failed') && at - (attempt.ended_at ?? 0) <= LATE_MS

import { type Column, type SQL, sql } from 'drizzle-orm'
import { agents } from '../../db/schema.ts'

/** Which silence counts. Epoch ms. */
export type Since = {
  /** When the server came, or came to itself, or its clock was set: nothing of an agent expires before two of its intervals after it. */
  grace: number
  /** What was stored before this was stored by a clock that was wrong since; 0 where none was. */
  trusted: number
}

/**
 * The time that a stored one stands for: one from before the clock was set counts as the moment it was set, and so does
 * one from the future, so that a deadline may come late but never early.
 */
export const counted = (column: Column | SQL, { grace, trusted }: Since, now: number): SQL =>
  sql`(case when ${column} > ${now} then ${grace} else max(${column}, ${trusted}) end)`

/** The same, of silence that counts only while the server was there to hear. */
export const heard = (column: Column | SQL, since: Since, now: number): SQL =>
  counted(column, { ...since, trusted: since.grace }, now)

/** Whether an agent had two of its intervals to be heard since the server came. */
export const graceOver = ({ grace }: Since, agentId: Column, now: number): SQL =>
  sql`${grace} + 2000 * coalesce((select ${agents.heartbeat_interval_s} from ${agents} where ${agents.id} = ${agentId}), 30) <= ${now}`

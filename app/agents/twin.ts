import type { OtherBoot } from '../../db/schema.ts'
import type { Heartbeat } from './schema.ts'

/** The processes that speak for an agent: the one that has its tests, and another. */
export type Boots = { boot_id: string | null; boot_host: string; other_boot: OtherBoot | null }

/** Who speaks now: the process that has the tests, one that took its place, or a second one beside it. */
type Turn = 'same' | 'restarted' | 'standing by'

/** So many turns of two processes are no heartbeat that came late. */
const TWIN_TURNS = 2

/** The machines of both where two processes run as one agent; null where one does. */
export const twinHosts = ({ boot_host, other_boot }: Omit<Boots, 'boot_id'>): string[] | null =>
  other_boot && other_boot.turns >= TWIN_TURNS ? [boot_host, other_boot.host] : null

/**
 * What a heartbeat tells of the processes of an agent. A process that was replaced never comes back: where one does
 * within a lease, two run at once, as after a home was copied. The one that has a test keeps it.
 * @param busy whether the agent has a live attempt
 */
export function afterBeat(
  before: Boots & { last_seen_at: number | null },
  said: Heartbeat,
  { busy, at, leaseMs }: { busy: boolean; at: number; leaseMs: number },
): { turn: Turn; boots: Boots } {
  const { boot_id, boot_host } = before
  const other = before.other_boot && at - before.other_boot.seen_at <= leaseMs ? before.other_boot : null
  const speaker = said.boot_id
  const host = said.host ?? ''
  if (!speaker) return { turn: 'same', boots: { boot_id, boot_host, other_boot: other } }
  if (boot_id === null || speaker === boot_id)
    return { turn: 'same', boots: { boot_id: speaker, boot_host: host || boot_host, other_boot: other } }
  const current = { boot_id, host: boot_host, seen_at: before.last_seen_at ?? at }
  // The second one may have been started anew, which its machine tells.
  const isOther =
    other &&
    (speaker === other.boot_id || (other.turns >= TWIN_TURNS && host === other.host && host !== boot_host))
  if (!isOther)
    return {
      turn: 'restarted',
      boots: { boot_id: speaker, boot_host: host, other_boot: { ...current, turns: 0 } },
    }
  const turns = other.turns + 1
  return busy
    ? {
        turn: 'standing by',
        boots: { boot_id, boot_host, other_boot: { boot_id: speaker, host, seen_at: at, turns } },
      }
    : { turn: 'same', boots: { boot_id: speaker, boot_host: host, other_boot: { ...current, turns } } }
}

/** What the second process is told. */
export const twinNotice = (hosts: readonly string[]): string =>
  `Two machines run as this agent (${hosts.map((host) => host || 'unknown').join(' and ')}), as after a home folder was copied. ` +
  'Make one of them an agent of its own: "kitt agents provision", then "kitt agent init" with the new token there.'

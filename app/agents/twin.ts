import type { OtherBoot } from '../../db/schema.ts'
import type { Heartbeat } from './schema.ts'

/** The processes of an agent: the one that has its tests, and another. */
export type Boots = { boot_id: string | null; boot_host: string; other_boot: OtherBoot | null }

/** The sender of a heartbeat: the process that has the tests, its replacement, or a second one beside it. */
type Turn = 'same' | 'restarted' | 'standing by'

/** A late heartbeat cannot cause this many alternations between two processes. */
const TWIN_TURNS = 2

/** The machines of both if two processes run as one agent, otherwise null. */
export const twinHosts = ({ boot_host, other_boot }: Omit<Boots, 'boot_id'>): string[] | null =>
  other_boot && other_boot.turns >= TWIN_TURNS ? [boot_host, other_boot.host] : null

/**
 * What a heartbeat means for an agent's processes. A replaced process never comes back: if one does within a
 * lease, two run at once, for example after a home folder was copied. The one with a live test keeps it.
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
  // The second process may have restarted: recognize it by its machine.
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

/** The message to the second process. */
export const twinNotice = (hosts: readonly string[]): string =>
  `Two machines run as this agent (${hosts.map((host) => host || 'unknown').join(' and ')}), as after a home folder was copied. ` +
  'Make one of them an agent of its own: "kitt agents provision", then "kitt agent init" with the new token there.'

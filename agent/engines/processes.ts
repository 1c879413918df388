import { readdirSync } from 'node:fs'
import { pause } from '../../lib/pause.ts'
import { readProc as read, type Stat, statOf } from '../../lib/process-identity.ts'

export { identityOf } from '../../lib/process-identity.ts'

/** The variable that marks every process of an engine; its value is unique to one start. */
export const ENGINE_MARK = 'KITT_ENGINE_KEY'

/** The processes with the mark of a start, and their groups. Linux only; empty elsewhere. */
export const markedProcesses = (key: string): { pid: number; group: number }[] =>
  allStats().filter(({ pid }) => read(`/proc/${pid}/environ`).split('\0').includes(`${ENGINE_MARK}=${key}`))

/**
 * Ends a process group and all processes with the mark: TERM, then KILL after `deadlineMs`.
 * @param group null when the group is not, or no longer, the engine's
 */
export async function endProcesses(group: number | null, key: string, deadlineMs: number): Promise<void> {
  const left = () => {
    const marked = markedProcesses(key).map(({ pid }) => pid)
    return group === null ? marked : [...new Set([...groupMembers(group), ...marked])]
  }
  for (const [signal, ms] of [['SIGTERM', deadlineMs] as const, ['SIGKILL', 2000] as const]) {
    // Only once each: engines take a second TERM as an order to end without cleaning up.
    const members = group === null ? [] : groupMembers(group)
    if (group !== null) send(-group, signal)
    for (const pid of left()) if (!members.includes(pid)) send(pid, signal)
    if (await haveEnded(left, ms)) return
  }
}

async function haveEnded(left: () => number[], within: number): Promise<boolean> {
  const deadline = performance.now() + within
  for (let ms = 10; left().length > 0; ms = Math.min(200, ms * 2)) {
    if (performance.now() >= deadline) return false
    await pause(ms)
  }
  return true
}

/** Running members of a group. Without /proc the group counts as one, by its negative id. */
function groupMembers(group: number): number[] {
  if (process.platform !== 'linux') return send(-group, 0) ? [-group] : []
  return allStats()
    .filter((stat) => stat.group === group)
    .map(({ pid }) => pid)
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

function allStats(): Stat[] {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return pids
      .map((pid) => statOf(Number(pid)))
      .filter((stat) => stat !== null && stat.state !== 'Z') as Stat[]
  } catch {
    return []
  }
}

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/** What /proc tells of a process. */
export type Stat = { pid: number; state: string; group: number; started: string }

/** What makes a process this one and not a later one with the same number; null when there is none. */
export async function identityOf(pid: number): Promise<string | null> {
  const stat = statOf(pid)
  if (stat)
    return stat.state === 'Z' ? null : `${readProc('/proc/sys/kernel/random/boot_id').trim()}/${stat.started}`
  if (process.platform === 'linux') return null
  const asked = promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)], { timeout: 5000 })
  return asked.then(
    ({ stdout }) => stdout.trim() || null,
    () => null,
  )
}

/** /proc/<pid>/stat: the name in brackets may hold anything, so the fields count from its end. */
export function statOf(pid: number): Stat | null {
  const text = readProc(`/proc/${pid}/stat`)
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, , group] = fields
  return text === '' ? null : { pid, state: state ?? '', group: Number(group), started: fields[19] ?? '' }
}

/** A file of /proc; empty where there is none. */
export function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

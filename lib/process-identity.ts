import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

/** Fields of /proc/<pid>/stat. */
export type Stat = { pid: number; state: string; group: number; started: string }

/** Distinguishes a process from a later one with the same pid; null when there is none. */
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

/** Reads /proc/<pid>/stat. The name in brackets may hold anything, so fields are counted from its end. */
export function statOf(pid: number): Stat | null {
  const text = readProc(`/proc/${pid}/stat`)
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, , group] = fields
  return text === '' ? null : { pid, state: state ?? '', group: Number(group), started: fields[19] ?? '' }
}

/** Reads a file of /proc; empty when it is missing. */
export function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { PROGRAM } from './_server.ts'

/** Whether this system tells how much memory a process took. */
export const TELLS_MEMORY = existsSync('/proc/self/status')

/** Runs the built `kitt` to its end and looks at its memory meanwhile: the most it had resident, MB. */
export async function watched(args: string[], env: Record<string, string> = {}) {
  const [command, program] = PROGRAM
  const child = spawn(command, [program, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  let peakMb = 0
  const look = setInterval(() => {
    peakMb = Math.max(peakMb, peakOf(child.pid!))
  }, 25)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearInterval(look)
  return { code, ...said, peakMb }
}

/** The most that a process had resident so far, MB; 0 where it is not told, or the process has ended. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

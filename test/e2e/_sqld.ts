import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { sqldBinary } from '../_binaries.ts'
import { eventually } from '../_eventually.ts'
import { freePort } from '../_free-port.ts'

/** Starts a libSQL server on a folder; it ends with the test. */
export async function startSqld(folder: string, port?: number) {
  const chosen = port ?? (await freePort())
  const url = `http://127.0.0.1:${chosen}`
  const args = [
    '--http-listen-addr',
    `127.0.0.1:${chosen}`,
    '--db-path',
    join(folder, 'sqld'),
    '--no-welcome',
  ]
  const child = spawn(sqldBinary() ?? '', args, { stdio: 'ignore', cwd: folder })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  onTestFinished(kill)
  await eventually(async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok)
  return {
    url,
    /** The same over a WebSocket. */
    socket: `ws://127.0.0.1:${chosen}`,
    port: chosen,
    kill,
    stop: () => void child.kill('SIGSTOP'),
    go: () => void child.kill('SIGCONT'),
  }
}

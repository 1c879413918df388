import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { pause } from '../../lib/pause.ts'
import { exec } from '../exec.ts'
import { runningAgent } from '../lock.ts'
import { readState } from '../state-file.ts'
import { activate, activeVersion, addVersion, prune } from './installation.ts'

/** The new version was not activated; the message says why. */
export class UpdateError extends Error {
  override name = 'UpdateError'
}

type Source = { server: string; fetch: typeof fetch }

const Digest = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) })
const MAX_BYTES = 64 * 1024 * 1024
const START_MS = 60_000

/** The digest (SHA-256) of the server's agent package. @throws UpdateError */
export async function packageDigest(source: Source): Promise<string> {
  const digest = Digest.safeParse(await (await get(source, '/package/sha256')).json().catch(() => null))
  if (!digest.success)
    throw new UpdateError(`${source.server} does not name its agent package: update the server.`)
  return digest.data.sha256
}

/** Downloads the package, checks its digest and unpacks it. @returns the folder @throws UpdateError */
export async function fetchPackage(source: Source, home: string, digest: string): Promise<string> {
  const bytes = new Uint8Array(await (await get(source, '/package')).arrayBuffer())
  if (bytes.byteLength > MAX_BYTES || createHash('sha256').update(bytes).digest('hex') !== digest)
    throw new UpdateError(
      'The downloaded agent is damaged: its digest differs. Nothing was changed: try again.',
    )
  const folder = mkdtempSync(join(home, 'update.'))
  const archive = join(folder, 'agent.tgz')
  writeFileSync(archive, bytes)
  const args = ['-xzf', archive, '-C', folder, '--strip-components', '1']
  const { code, stderr } = await exec('tar', args, { env: process.env, timeoutMs: 60_000 })
  rmSync(archive)
  if (code === 0) return folder
  rmSync(folder, { recursive: true })
  throw new UpdateError(`The package cannot be unpacked: ${stderr.trim().split('\n')[0]}`)
}

async function get({ server, fetch }: Source, path: string): Promise<Response> {
  const response = await fetch(`${server}/api/v1/agent${path}`)
  if (response.ok) return response
  const { error } = (await response.json().catch(() => ({}))) as { error?: string }
  throw new UpdateError(error ?? `${server} answered ${response.status}.`)
}

export type Update = {
  home: string
  digest: string
  /** The folder of the package. */
  unpacked: string
  /** Path of Node or Bun. */
  runtime: string
  /** Restarts the agent's service; absent without one. */
  restart?: (() => Promise<void>) | undefined
  startMs?: number
}

/**
 * Activates a package if it starts, and rolls back if its service does not come up.
 * @returns the version @throws UpdateError
 */
export async function takeIntoUse(update: Update): Promise<string> {
  const { home, restart, startMs = START_MS } = update
  const version = await tryOut(update)
  const before = activeVersion(home)
  const id = addVersion(home, update.unpacked, update.digest)
  activate(home, id)
  if (restart && !(await comesUp(home, restart, startMs))) {
    if (before) activate(home, before)
    await restart()
    throw new UpdateError(
      `Version ${version} does not come up as a service: the version before is back in use.`,
    )
  }
  prune(home, before)
  return version
}

/** Runs the new program's `--version`. @returns the version */
async function tryOut({ unpacked, runtime }: Update): Promise<string> {
  const { code, stdout } = await exec(runtime, [join(unpacked, 'kitt-agent.mjs'), '--version'], {
    env: process.env,
    timeoutMs: 30_000,
  })
  if (code === 0) return stdout.trim()
  rmSync(unpacked, { recursive: true, force: true })
  throw new UpdateError('The new version does not start on this host. The old one stays in use.')
}

/** Restarts the service; true once another process than before runs the agent and has written its state. */
async function comesUp(home: string, restart: () => Promise<void>, startMs: number): Promise<boolean> {
  const old = await runningAgent(home)
  await restart().catch(() => {})
  const never = new AbortController().signal
  for (const end = performance.now() + startMs; performance.now() < end; await pause(250, never)) {
    const pid = await runningAgent(home)
    if (pid !== undefined && pid !== old && readState(home)?.pid === pid) return true
  }
  return false
}

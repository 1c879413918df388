import { execFile } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type Env = Readonly<Record<string, string | undefined>>

/** A command's output. `code` is null when it was killed, timed out or is `missing`. */
export type ExecResult = { code: number | null; stdout: string; stderr: string; missing: boolean }

export type ExecOptions = { env: Env; timeoutMs: number; signal?: AbortSignal | undefined }

const MAX_BYTES = 8 * 1024 * 1024

/** How long to wait for a killed command: one blocked in the kernel by a hung driver never ends. */
const GRACE_MS = 1000

/**
 * Runs a command without a shell. Never rejects: a missing or hung tool is a result too.
 * @example const { code, stdout } = await exec('nvidia-smi', ['-L'], { env: process.env, timeoutMs: 5000 })
 */
export function exec(command: string, args: readonly string[], options: ExecOptions): Promise<ExecResult> {
  const { env, timeoutMs: timeout, signal } = options
  return new Promise((resolve) => {
    const settings = { env: { ...env }, timeout, killSignal: 'SIGKILL', maxBuffer: MAX_BYTES } as const
    const child = execFile(
      command,
      [...args],
      { ...settings, ...(signal ? { signal } : {}) },
      (error, stdout, stderr) => {
        clearTimeout(deadline)
        signal?.removeEventListener('abort', onAbort)
        const missing = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT'
        resolve({ code: error ? codeOf(error) : 0, stdout, stderr, missing })
      },
    )
    const giveUp = () => resolve({ code: null, stdout: '', stderr: '', missing: false })
    let deadline = setTimeout(giveUp, timeout + GRACE_MS)
    const onAbort = () => {
      clearTimeout(deadline)
      deadline = setTimeout(giveUp, GRACE_MS)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    child.stdin?.end()
  })
}

const codeOf = (error: { code?: unknown }) => (typeof error.code === 'number' ? error.code : null)

/** Finds a command on the PATH of `env`, or null. A path is returned as it is when it is executable. */
export function which(command: string, env: Env): string | null {
  const places = command.includes('/')
    ? [command]
    : (env['PATH'] ?? '')
        .split(delimiter)
        .filter((dir) => dir !== '')
        .map((dir) => join(dir, command))
  return places.find(isExecutable) ?? null
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

import { existsSync, mkdirSync, readFileSync, statSync, unwatchFile, watchFile } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { writeWholeFile } from '../../lib/write-file.ts'
import { ConfigError } from '../config.ts'
import { newToken } from '../ids.ts'

/** The folder of KITT's files: `$KITT_HOME`, otherwise `~/.kitt`. */
export const kittHome = (env: Record<string, string | undefined> = process.env): string =>
  env['KITT_HOME'] || join(homedir(), '.kitt')

/** The home folder cannot be used; the message is a sentence that says why and what to do. */
export class HomeError extends Error {
  override name = 'HomeError'
}

/** Makes the home folder, mode 0700. @throws HomeError */
export function prepareHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new HomeError(
      `The home folder ${home} cannot be made: ${reason(error)}. Set KITT_HOME to a folder that can be written.`,
    )
  }
}

/** A warning if other users of this machine can access the home folder, otherwise undefined. */
export function homeWarning(home: string): string | undefined {
  const mode = statSync(home, { throwIfNoEntry: false })?.mode ?? 0
  if (process.platform === 'win32' || (mode & 0o077) === 0) return undefined
  return `Other users of this machine can access the home folder ${home} (mode ${(mode & 0o777).toString(8)}): run "chmod 700 ${home}".`
}

/** The settings in `$KITT_HOME/config.json`; {} without that file. @throws ConfigError if it is not a JSON object */
export function readConfigFile(home: string): Record<string, unknown> {
  const path = join(home, 'config.json')
  if (!existsSync(path)) return {}
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${reason(error)}.`)
  }
  throw new ConfigError(`${path} must hold a JSON object.`)
}

const tokenFile = (home: string) => join(home, 'auth-token')

/** The admin token stored in the home folder, made at the first start. @throws HomeError */
export function storedAdminToken(home: string): { token: string; made: boolean; path: string } {
  const path = tokenFile(home)
  const token = readToken(home)
  return token ? { token, made: false, path } : { token: newAdminToken(home), made: true, path }
}

/** The admin token in the file of `--auth-token-file`. @throws ConfigError if it holds none, HomeError */
export function adminTokenFromFile(path: string): { token: string; made: false; path: string } {
  const token = readTokenFile(path)
  if (token === undefined || token.length < 8)
    throw new ConfigError(
      `The file of --auth-token-file, ${path}, ${token === undefined ? 'is missing or empty' : 'holds less than 8 characters'}. Put the admin token in it.`,
    )
  return { token, made: false, path }
}

/** The admin token stored in the home folder, if any. @throws HomeError if it cannot be read */
export const readToken = (home: string): string | undefined => readTokenFile(tokenFile(home))

function readTokenFile(path: string): string | undefined {
  if (!existsSync(path)) return undefined
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch (error) {
    throw new HomeError(`The admin token in ${path} cannot be read: ${reason(error)}.`)
  }
}

/** Replaces the stored admin token with a new one. @throws HomeError */
export function newAdminToken(home: string): string {
  const made = newToken()
  try {
    writeWholeFile(tokenFile(home), `${made}\n`, { mode: 0o600 })
  } catch (error) {
    throw new HomeError(`The admin token cannot be written to ${tokenFile(home)}: ${reason(error)}.`)
  }
  return made
}

/** Follows changes of the token file while the server runs, such as by `kitt token rotate-admin`. */
export function watchedAdminToken(path: string, first: string): { token(): string; stop(): void } {
  let token = first
  const onChange = () => {
    try {
      token = readTokenFile(path) ?? token
    } catch {
      // The server keeps the token it has while the file cannot be read.
    }
  }
  // Streams opened with the old token must end within a second.
  watchFile(path, { interval: 400, persistent: false }, onChange)
  return { token: () => token, stop: () => unwatchFile(path, onChange) }
}

const reason = (error: unknown) =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)

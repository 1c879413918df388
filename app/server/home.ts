import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../config.ts'
import { newToken } from '../ids.ts'

/** Where KITT keeps its files: `$KITT_HOME`, otherwise `~/.kitt`. */
export const kittHome = (env: Record<string, string | undefined> = process.env): string =>
  env['KITT_HOME'] || join(homedir(), '.kitt')

/** The home folder cannot be used; one sentence says why and what to do. */
export class HomeError extends Error {
  override name = 'HomeError'
}

/** Makes the home folder, readable by its owner alone. @throws HomeError where that cannot be done */
export function prepareHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new HomeError(
      `The home folder ${home} cannot be made: ${reason(error)}. Set KITT_HOME to a folder that can be written.`,
    )
  }
}

/** The settings kept in `$KITT_HOME/config.json`, if there is one. @throws ConfigError where it is not a JSON object */
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

/** The admin token kept in the home folder, made at the first start. */
export function keptAdminToken(home: string): { token: string; made: boolean; path: string } {
  const path = join(home, 'auth-token')
  try {
    const token = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
    if (token) return { token, made: false, path }
    const made = newToken()
    writeFileSync(path, `${made}\n`, { mode: 0o600 })
    chmodSync(path, 0o600)
    return { token: made, made: true, path }
  } catch (error) {
    throw new HomeError(`The admin token cannot be kept in ${path}: ${reason(error)}.`)
  }
}

const reason = (error: unknown) =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error)

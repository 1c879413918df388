import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { prepareHome } from '../../app/server/home.ts'
import { CommandFailed } from '../terminal/output.ts'
import { writeOut } from '../terminal/write-out.ts'

/** The content of `client.json`. */
const Login = z.object({
  server: z.url(),
  token: z.string().optional(),
  /** Its CA (PEM), if the system does not trust it. */
  ca: z.string().optional(),
  /** The paths of the client certificate and its key. */
  client_cert: z.string().optional(),
  client_key: z.string().optional(),
})
export type Login = z.infer<typeof Login>

export const loginFile = (home: string): string => join(home, 'client.json')

/** Reads the saved login, if any. @throws CommandFailed if the file is damaged */
export function readLogin(home: string): Login | undefined {
  const path = loginFile(home)
  if (!existsSync(path)) return undefined
  try {
    return Login.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new CommandFailed(`${path} cannot be read. Run "kitt login" again, or remove it.`)
  }
}

/** Saves a login in a file that only its owner can read. @returns the path */
export function keepLogin(home: string, login: Login): string {
  prepareHome(home)
  const path = loginFile(home)
  writeOut(path, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 })
  return path
}

/** Deletes the saved login. @returns whether there was one */
export function forgetLogin(home: string): boolean {
  const path = loginFile(home)
  const there = existsSync(path)
  rmSync(path, { force: true })
  return there
}

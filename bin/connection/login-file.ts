import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { prepareHome } from '../../app/server/home.ts'
import { CommandFailed } from '../terminal/output.ts'
import { writeOut } from '../terminal/write-out.ts'

/** What `kitt login` keeps. */
const Login = z.object({
  server: z.url(),
  token: z.string().optional(),
  /** Its CA (PEM), where that is not one everybody trusts. */
  ca: z.string().optional(),
  /** The files of the certificate and the key to show to it. */
  client_cert: z.string().optional(),
  client_key: z.string().optional(),
})
export type Login = z.infer<typeof Login>

export const loginFile = (home: string): string => join(home, 'client.json')

/** The kept login, if any. @throws CommandFailed where the file is damaged */
export function readLogin(home: string): Login | undefined {
  const path = loginFile(home)
  if (!existsSync(path)) return undefined
  try {
    return Login.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new CommandFailed(`${path} cannot be read. Run "kitt login" again, or remove it.`)
  }
}

/** Keeps a login where only its owner can read it. */
export function keepLogin(home: string, login: Login): string {
  prepareHome(home)
  const path = loginFile(home)
  writeOut(path, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 })
  return path
}

/** Forgets the kept login; false when there was none. */
export function forgetLogin(home: string): boolean {
  const path = loginFile(home)
  const there = existsSync(path)
  rmSync(path, { force: true })
  return there
}

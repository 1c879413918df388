import type { Command } from 'commander'
import { kittHome, newAdminToken, prepareHome, readConfigFile, readToken } from '../../app/server/home.ts'
import { keepLogin, readLogin } from '../connection/login-file.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, print, printJson, say } from '../terminal/output.ts'

/** `kitt token rotate-admin`: a new admin token of this machine's server. */
export const rotateCommand = (): Command =>
  command(
    'rotate-admin',
    "Create a new admin token of this machine's server; a running server switches to it and refuses the old one.",
    ['kitt token rotate-admin', 'KITT_HOME=/data/kitt kitt token rotate-admin --json'],
  )
    .option('--json', 'print JSON')
    .action(rotate)

function rotate({ json }: { json?: boolean }) {
  const home = kittHome()
  const file = readConfigFile(home)
  const elsewhere =
    ['KITT_AUTH_TOKEN', 'KITT_AUTH_TOKEN_FILE'].find((name) => process.env[name]) ??
    ((file['auth_token'] || file['auth_token_file']) && 'config.json')
  if (elsewhere)
    throw new CommandFailed(`The admin token is set by ${elsewhere}: change it there and restart the server.`)
  prepareHome(home)
  const old = readToken(home)
  const token = newAdminToken(home)
  const login = readLogin(home)
  if (login && old && login.token === old) keepLogin(home, { ...login, token })
  if (json) return printJson({ token })
  say('The new admin token; a running server accepts it within a second and then refuses the old one:')
  print(token)
}

import { realpathSync } from 'node:fs'
import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { readAgentConfig } from '../../agent/agent-config.ts'
import { activeVersion, installedProgram } from '../../agent/install/installation.ts'
import { installService, type Scope, serviceState, uninstallService } from '../../agent/install/systemd.ts'
import { kittHome } from '../../app/server/home.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, print, printJson, say } from '../terminal/output.ts'

type Options = { user?: boolean; system?: boolean; json?: boolean }

/** `kitt agent service`: runs the agent with systemd. */
export const serviceCommand = (): Command =>
  command('service', 'Run the agent as a systemd service that starts with the machine.', [
    'kitt agent service install',
    'kitt agent service status --json',
  ])
    .addCommand(
      scoped('install', 'Install the service and start it; a running one is restarted.').action(install),
    )
    .addCommand(scoped('uninstall', 'Stop and remove the service.').action(uninstall))
    .addCommand(
      scoped('status', 'Show whether systemd runs the agent; exit code 0 if it does.')
        .option('--json', 'print JSON')
        .action(status),
    )

const scoped = (name: string, description: string): Command =>
  command(name, description, [`kitt agent service ${name}`, `sudo kitt agent service ${name} --system`])
    .option('--user', "the user's own systemd (the default, unless root)")
    .option('--system', "the machine's systemd (the default of root)")

/** The systemd to use: that of the flags, else that of the current user. */
export const scopeOf = ({ user, system }: Options = {}): Scope =>
  user ? 'user' : system || process.getuid?.() === 0 ? 'system' : 'user'

async function install(options: Options) {
  const home = kittHome()
  readAgentConfig(home)
  const scope = scopeOf(options)
  const program = activeVersion(home) ? installedProgram(home) : realpathSync(process.argv[1] ?? '')
  const start = [process.execPath, program, 'agent', 'start']
  const file = await installService({ env: process.env, scope, start, home })
  say(`The service is installed in ${file} and started. Its log: ${journal(scope)}`)
  if (scope === 'user')
    say(`It stops when you log out, unless you run once: loginctl enable-linger ${userInfo().username}`)
}

async function uninstall(options: Options) {
  await uninstallService({ env: process.env, scope: scopeOf(options) })
  say('The service is stopped and removed.')
}

async function status(options: Options) {
  const scope = scopeOf(options)
  const state = (await serviceState({ env: process.env, scope })) ?? 'not installed'
  if (options.json) printJson({ service: state, scope })
  else print(state)
  if (state !== 'active')
    throw new CommandFailed('systemd does not run the agent. Install it with "kitt agent service install".')
}

const journal = (scope: Scope) => `journalctl ${scope === 'user' ? '--user ' : ''}--unit kitt-agent`

import { Command } from 'commander'
import { readAgentConfig } from '../../agent/agent-config.ts'
import { activate, activeVersion, addVersion, prune, versionId } from '../../agent/install/installation.ts'
import { restartService, serviceState } from '../../agent/install/systemd.ts'
import { fetchPackage, packageDigest, takeIntoUse } from '../../agent/install/update.ts'
import { runningAgent } from '../../agent/lock.ts'
import { kittHome } from '../../app/server/home.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, say } from '../terminal/output.ts'
import { agentFetch } from './client.ts'
import { scopeOf } from './service.ts'

/** `kitt agent update`: installs the version of the server. */
export const updateCommand = (): Command =>
  command('update', "Install the server's version of the agent; roll back if it does not start.", [
    'kitt agent update',
  ]).action(update)

async function update() {
  const home = kittHome()
  const config = readAgentConfig(home)
  const before = activeVersion(home)
  if (before === undefined)
    throw new CommandFailed(
      'This agent was not installed by install.sh: update it in the way it was installed.',
    )
  const source = { server: config.server, fetch: agentFetch(config) }
  const digest = await packageDigest(source)
  if (versionId(digest) === before) return say('The agent is up to date.')
  const service = { env: process.env, scope: scopeOf() }
  const isService = (await serviceState(service)) === 'active'
  const version = await takeIntoUse({
    home,
    digest,
    unpacked: await fetchPackage(source, home, digest),
    runtime: process.execPath,
    ...(isService ? { restart: () => restartService(service) } : {}),
  })
  say(`The agent is now version ${version}.`)
  const pid = isService ? undefined : await runningAgent(home)
  if (pid !== undefined) say(`Process ${pid} still runs the old version: stop it and start the agent again.`)
}

/** `kitt agent adopt`: installs the package that install.sh has checked and unpacked. */
export const adoptCommand = (): Command =>
  new Command('adopt')
    .description('Install an unpacked package.')
    .argument('<folder>')
    .requiredOption('--digest <sha256>', 'of the package')
    .action((folder: string, { digest }: { digest: string }) => {
      const home = kittHome()
      const before = activeVersion(home)
      activate(home, addVersion(home, folder, digest))
      prune(home, before)
    })

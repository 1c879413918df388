import type { Command } from 'commander'
import { readAgentConfig } from '../../agent/agent-config.ts'
import { activeVersion, versionId } from '../../agent/install/installation.ts'
import { restartService, serviceState } from '../../agent/install/systemd.ts'
import { fetchPackage, packageDigest, takeIntoUse } from '../../agent/install/update.ts'
import { runningAgent } from '../../agent/lock.ts'
import { kittHome } from '../../app/server/home.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, say } from '../terminal/output.ts'
import { agentFetch } from './client.ts'
import { scopeOf } from './service.ts'

/** `kitt agent update`: takes the version that its server has. */
export const updateCommand = (): Command =>
  command(
    'update',
    'Take the version of the agent that its server has; go back if that one does not start.',
    ['kitt agent update'],
  ).action(update)

async function update() {
  const home = kittHome()
  const config = readAgentConfig(home)
  const before = activeVersion(home)
  if (before === undefined)
    throw new CommandFailed('This agent was not installed by install.sh: update it the way it was installed.')
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
  if (pid !== undefined) say(`Process ${pid} is still the old one: stop it, and start the agent again.`)
}

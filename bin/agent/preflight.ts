import type { Command } from 'commander'
import { readAgentConfig } from '../../agent/agent-config.ts'
import { detectHardware, thisMachine } from '../../agent/hardware/hardware.ts'
import { type Check, preflight } from '../../agent/install/preflight.ts'
import { storageSettings } from '../../agent/storage/storage.ts'
import { kittHome, prepareHome } from '../../app/server/home.ts'
import { serverUrl } from '../connection/connect.ts'
import { readAuthority } from '../connection/login.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, printJson, printTable, say } from '../terminal/output.ts'
import { hasColour, paint, plain } from '../terminal/terminal.ts'
import { agentFetch } from './client.ts'

type Options = { server?: string; ca?: string; json?: boolean }

/** `kitt agent preflight`: checks that this host has what an agent needs. */
export const preflightCommand = (): Command =>
  command('preflight', 'Check what the agent needs: runtime, server, token, clock, docker, GPU, disk.', [
    'kitt agent preflight',
    'kitt agent preflight --server https://gpu-lab:8080 --ca lab-ca.pem     before "kitt agent init"',
  ])
    .option('--server <url>', 'another server than the configured one; its token comes from KITT_TOKEN')
    .option('--ca <file>', 'the CA of that server (PEM)')
    .option('--json', 'print JSON')
    .action(run)

async function run(options: Options) {
  const home = kittHome()
  prepareHome(home)
  const checks = await preflight(await inputs(home, options))
  if (options.json) printJson(checks)
  else printTable(checks.map(line).join('\n'))
  const failed = checks.filter(({ outcome }) => outcome === 'fail')
  if (failed.length > 0)
    throw new CommandFailed(
      `The agent cannot run tests yet. Failed checks: ${failed.map(({ name }) => name).join(', ')}.`,
    )
  if (!options.json) say('The agent can run tests.')
}

async function inputs(home: string, options: Options) {
  const { token, name, ...reached } = options.server
    ? {
        server: serverUrl(options.server),
        ...(options.ca ? { ca: readAuthority(options.ca) } : {}),
        token: process.env['KITT_TOKEN'],
        name: 'none',
      }
    : readAgentConfig(home)
  const machine = thisMachine()
  const modelDir = storageSettings({}, machine.env['HOME']).dir
  const bun = process.versions['bun']
  return {
    env: machine.env,
    runtime: bun ? { name: 'bun', version: bun } : { name: 'node', version: process.versions.node },
    server: reached.server,
    token,
    agent: name,
    fetch: agentFetch(reached),
    now: () => Date.now(),
    hardware: await detectHardware(machine, home, modelDir),
    modelDir,
  }
}

const LOOK = { ok: ['ok  ', 'green'], warn: ['warn', 'yellow'], fail: ['FAIL', 'red'] } as const

function line({ name, outcome, detail, advice }: Check): string {
  const [word, colour] = LOOK[outcome]
  const shown = `${paint(word, hasColour() ? colour : undefined)}  ${name.padEnd(10)} ${plain(detail)}`
  return advice ? `${shown}\n                  ${plain(advice)}` : shown
}

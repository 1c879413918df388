import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Command } from 'commander'
import {
  type AgentConfig,
  agentConfigFile,
  readAgentConfig,
  writeAgentConfig,
} from '../../agent/agent-config.ts'
import { tokenWorks } from '../../agent/delivery/calls.ts'
import { kittHome } from '../../app/server/home.ts'
import { identityFiles, withIdentity } from '../connection/client-identity.ts'
import { serverUrl } from '../connection/connect.ts'
import { authorityOf, readAuthority } from '../connection/login.ts'
import { ALLOW_BINARIES, command, paths, portNumber } from '../terminal/command.ts'
import { CommandFailed, printJson, say, UsageError } from '../terminal/output.ts'
import { askSecretly } from '../terminal/prompt.ts'
import { agentClient } from './client.ts'

type Options = {
  server?: string
  token?: string
  name?: string
  port?: number
  allowBinaries?: string[]
  ca?: string
  fingerprint?: string
  clientCert?: string
  clientKey?: string
  check: boolean
  json?: boolean
}

/** `kitt agent init`: configures the agent of this host. */
export const initCommand = (): Command =>
  withIdentity(
    command('init', 'Configure the agent of this host: its server, token and name.', [
      'kitt agent init --server https://gpu-lab:8080 --name gpu-1 --fingerprint AB:CD:…',
      'KITT_TOKEN=… kitt agent init --server https://gpu-lab:8080 --ca lab-ca.pem',
      'kitt agent init --allow-binaries /opt/vllm/bin    all else stays as it was configured',
    ]),
  )
    .option('--server <url>', 'the server (KITT_SERVER); without it, what is configured and not given stays')
    .option('--token <token>', 'the token of this agent (KITT_TOKEN); asked for if not given')
    .option('--name <name>', 'its name on the server (KITT_NAME); default: that of this host')
    .option('--ca <file>', 'the CA of the server (PEM)')
    .option('--fingerprint <sha256>', 'fetch the CA from the server, with this expected fingerprint')
    .option('--port <port>', 'a port to show with the agent', portNumber)
    .option('--allow-binaries <paths>', ALLOW_BINARIES, paths)
    .option('--no-check', 'do not check the token with the server')
    .option('--json', 'print JSON')
    .action(init)

async function init(options: Options) {
  const home = kittHome()
  const asked = options.server || process.env['KITT_SERVER']
  const kept = asked ? undefined : configured(home)
  const server = serverUrl(asked ?? kept?.server ?? '')
  const ca = options.ca
    ? readAuthority(options.ca)
    : ((options.fingerprint ? undefined : kept?.ca) ?? (await authorityOf(server, options.fingerprint)))
  const name = options.name || process.env['KITT_NAME'] || kept?.name || hostname()
  const token =
    options.token ||
    process.env['KITT_TOKEN'] ||
    kept?.token ||
    (await askSecretly(`Token of the agent ${name}: `))
  const { port, allowBinaries } = options
  const config: AgentConfig = {
    ...kept,
    server,
    token,
    name,
    ...(ca === undefined ? {} : { ca }),
    ...(port === undefined ? {} : { port }),
    ...(allowBinaries === undefined ? {} : { allow_binaries: allowBinaries }),
    ...identityFiles(options),
  }
  if (options.check && !(await tokenWorks(agentClient(home, config)))) {
    throw new CommandFailed(
      `${server} refuses this token. Ask an administrator to create one with "kitt agents provision". Nothing was saved.`,
    )
  }
  const file = writeAgentConfig(home, config)
  if (options.json) printJson({ file, server, name, ca_pinned: ca !== undefined })
  else say(`The agent "${name}" of ${server} is configured in ${file}. Start it with "kitt agent start".`)
}

/**
 * What this host is configured with, for a change of one thing in it, such as its programs: the token was shown once.
 * @throws UsageError if it is not configured
 */
function configured(home: string): AgentConfig {
  if (!existsSync(agentConfigFile(home)))
    throw new UsageError('--server is missing: this host is not configured yet.')
  return readAgentConfig(home)
}

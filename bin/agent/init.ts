import { hostname } from 'node:os'
import type { Command } from 'commander'
import { type AgentConfig, writeAgentConfig } from '../../agent/agent-config.ts'
import { tokenWorks } from '../../agent/delivery/calls.ts'
import { kittHome } from '../../app/server/home.ts'
import { identityFiles, withIdentity } from '../connection/client-identity.ts'
import { serverUrl } from '../connection/connect.ts'
import { authorityOf, readAuthority } from '../connection/login.ts'
import { ALLOW_BINARIES, command, paths, portNumber } from '../terminal/command.ts'
import { CommandFailed, printJson, say } from '../terminal/output.ts'
import { askSecretly } from '../terminal/prompt.ts'
import { agentClient } from './client.ts'

type Options = {
  server: string
  token?: string
  name: string
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
    ]),
  )
    .requiredOption('--server <url>', 'the server (KITT_SERVER)', process.env['KITT_SERVER'] || undefined)
    .option('--token <token>', 'the token of this agent (KITT_TOKEN); asked for if not given')
    .option('--name <name>', 'its name on the server (KITT_NAME)', process.env['KITT_NAME'] || hostname())
    .option('--ca <file>', 'the CA of the server (PEM)')
    .option('--fingerprint <sha256>', 'fetch the CA from the server, with this expected fingerprint')
    .option('--port <port>', 'a port to show with the agent', portNumber)
    .option('--allow-binaries <paths>', ALLOW_BINARIES, paths)
    .option('--no-check', 'do not check the token with the server')
    .option('--json', 'print JSON')
    .action(init)

async function init(options: Options) {
  const home = kittHome()
  const server = serverUrl(options.server)
  const ca = options.ca ? readAuthority(options.ca) : await authorityOf(server, options.fingerprint)
  const token =
    options.token || process.env['KITT_TOKEN'] || (await askSecretly(`Token of the agent ${options.name}: `))
  const { name, port, allowBinaries } = options
  const config: AgentConfig = {
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

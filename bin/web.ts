import { Command, Option } from 'commander'
import { startFleet } from '../agent/virtual.ts'
import { createClient } from '../app/client.ts'
import { type Config, ConfigSchema, envName, flagName, resolveConfig } from '../app/config.ts'
import { keptAdminToken, kittHome, prepareHome, readConfigFile } from '../app/server/home.ts'
import { createLog, version } from '../app/server/runtime.ts'
import { type Server, startServer } from '../app/server/start.ts'
import { CommandFailed, print } from './output.ts'

/** Settings that are flags of `kitt web`; the others are set by variable or config.json. */
const FLAGS = [
  'host',
  'port',
  'insecure',
  'auth_token',
  'no_auth',
  'insecure_open',
  'protect_reads',
  'db_url',
  'results_dir',
  'model_dir',
  'public_url',
  'log_level',
] as const

/** `kitt web`: the server. */
export function webCommand(): Command {
  const command = new Command('web').description('Start the server.')
  for (const key of FLAGS) command.addOption(optionOf(key))
  return command
    .addHelpText(
      'after',
      `
Every option is also a variable (--db-url is KITT_DB_URL) and a key of $KITT_HOME/config.json
("db_url"); a flag wins over the variable, the variable over the file.

Examples:
  kitt web --insecure --host 127.0.0.1          plain HTTP for this machine alone
  kitt web --port 9000 --model-dir /data/models
  KITT_DB_URL=libsql://db.example:8080 kitt web`,
    )
    .action(async (flags: Record<string, unknown>) => runWeb(flags))
}

const SWITCHES: readonly string[] = ['insecure', 'no_auth', 'insecure_open', 'protect_reads']

function optionOf(key: (typeof FLAGS)[number]): Option {
  const schema = ConfigSchema.shape[key]
  const isSwitch = SWITCHES.includes(key)
  const fallback = schema.safeParse(undefined)
  const shown =
    !isSwitch && fallback.success && fallback.data !== undefined ? ` (default: ${fallback.data})` : ''
  return new Option(isSwitch ? flagName(key) : `${flagName(key)} <value>`, `${schema.description}${shown}`)
}

async function runWeb(options: Record<string, unknown>) {
  const home = kittHome()
  prepareHome(home)
  const flags = Object.fromEntries(FLAGS.map((key) => [key, options[camel(key)]]))
  // Commander reads --no-auth as the opposite of an option "auth".
  if (options['auth'] === false) flags['no_auth'] = true
  const env = { ...process.env, KITT_HOME: home }
  const { config: given } = resolveConfig({ flags, env, file: readConfigFile(home) })
  const kept = given.auth_token || given.no_auth ? undefined : keptAdminToken(home)
  const config: Config = Object.freeze({ ...given, home, ...(kept ? { auth_token: kept.token } : {}) })
  checkOpenness(config)
  const server = await startServer(config, createLog(config.log_level))
  const fleet = startVirtualAgents(server, config)
  print(greeting(server, config, kept))
  await stopOnSignal(async () => {
    await fleet.stop()
    await server.stop()
  })
}

const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
const LOOPBACK = /^(127\.|localhost$|::1$|\[::1\]$)/

function checkOpenness(config: Config) {
  if (config.no_auth && !config.insecure_open && !LOOPBACK.test(config.host)) {
    throw new CommandFailed(
      `--no-auth on ${config.host} would let everyone who reaches it do everything. Use --host 127.0.0.1, or --insecure-open if you mean it.`,
    )
  }
}

function startVirtualAgents(server: Server, config: Config) {
  const clientFor = (token: string | undefined) =>
    createClient({
      baseUrl: 'http://kitt.internal',
      token,
      fetch: (input, init) => server.fetch(new Request(input, init)),
    })
  const { log } = server.deps
  return startFleet({
    admin: clientFor(config.auth_token),
    clientFor,
    version,
    say: (line) => log.debug({}, line),
  })
}

function greeting(
  server: Server,
  config: Config,
  kept: ReturnType<typeof keptAdminToken> | undefined,
): string {
  const token = config.no_auth
    ? 'Authentication is OFF: everyone who reaches this server may do everything.'
    : kept?.made
      ? `Admin token: ${kept.token}\n  made now, shown this once, kept in ${kept.path}`
      : `Admin token: ${kept ? `kept in ${kept.path}` : `as given by --auth-token or ${envName('auth_token')}`}`
  return `KITT ${version} is at ${server.url}
${token}
${config.insecure ? 'Plain HTTP: tokens and results can be read on the way. Do not use --insecure on a shared network.\n' : ''}
Next, in another shell:
  npx kitt demo            a virtual agent runs a quick test; see its result
Stop with Ctrl-C.`
}

/** Resolves after a signal and a clean stop; a second signal ends the process at once. */
async function stopOnSignal(stop: () => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve())
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))
  await stop()
}

import { Command, Option } from 'commander'
import { type ConfigKey, ConfigSchema, flagName } from '../../app/config.ts'

const GROUPS: Record<string, ConfigKey[]> = {
  Network: ['host', 'port', 'public_url', 'legacy'],
  'TLS (on by default, with a certificate created at the first start)': [
    'insecure',
    'tls_cert',
    'tls_key',
    'tls_ca',
    'client_ca',
    'require_client_cert',
  ],
  Access: ['auth_token_file', 'auth_token', 'no_auth', 'insecure_open', 'protect_reads'],
  Storage: ['db_url', 'results_dir', 'model_dir', 'log_level'],
}
const SWITCHES: ConfigKey[] = [
  'insecure',
  'no_auth',
  'insecure_open',
  'protect_reads',
  'require_client_cert',
  'legacy',
]

/** `kitt web`: the server. */
export function webCommand(): Command {
  const command = new Command('web').description('Start the server.').configureHelp({ helpWidth: 110 })
  for (const [title, keys] of Object.entries(GROUPS)) {
    for (const key of keys) command.addOption(optionOf(key).helpGroup(`${title}:`))
  }
  return command.addHelpText('after', HELP).action(async (options: Record<string, unknown>) => {
    // The database driver would write on stdout whenever a remote database does not answer.
    process.env['RUST_LOG'] ??= 'off'
    await (await import('./run.ts')).runWeb(flagsOf(options))
  })
}

const HELP = `
Each option is also a variable (--db-url: KITT_DB_URL) and a key of $KITT_HOME/config.json ("db_url"),
as are allowed_hosts, trusted_proxies, devon_url, the queue's time limits and others: see docs/configuration.md.

Examples:
  kitt web                                      https://0.0.0.0:8080
  kitt web --insecure --host 127.0.0.1          plain HTTP, only for this machine
  kitt web --tls-cert chain.pem --tls-key key.pem --port 443
  kitt web --legacy --results-dir ~/results     show old result files, only on this machine`

function optionOf(key: ConfigKey): Option {
  const schema = ConfigSchema.shape[key]
  const isSwitch = SWITCHES.includes(key)
  const fallback = schema.safeParse(undefined)
  const shown =
    !isSwitch && fallback.success && fallback.data !== undefined ? ` (default: ${fallback.data})` : ''
  return new Option(isSwitch ? flagName(key) : `${flagName(key)} <value>`, `${schema.description}${shown}`)
}

/** The given flags, by the names of the settings. */
function flagsOf(options: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.values(GROUPS).flat()
  const flags = Object.fromEntries(keys.map((key) => [key, options[camel(key)]]))
  // Commander reads --no-auth as the opposite of an option "auth".
  return { ...flags, no_auth: options['auth'] === false ? true : undefined }
}

const camel = (key: string) => key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

import { z } from 'zod'

const Switch = z.union(
  [z.boolean(), z.enum(['1', '0', 'true', 'false']).transform((text) => text === '1' || text === 'true')],
  { error: 'must be 1, 0, true or false' },
)
const Whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error })
    .refine((n) => Number.isInteger(n) && n >= min && n <= max, { error })
}
const Seconds = (min: number) => Whole(min, 30 * 86_400)
const Filled = z.string('must be text').min(1, 'must not be empty')
const Url = z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' })
/** Pages and agents use paths from the root of the host, so the server cannot have a path prefix. */
const PublicUrl = Url.refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return !url || (url.href === `${url.origin}/` && url.username === '')
}, 'must have no path: serve KITT under a host name of its own')
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
const Words = z
  .union([
    z.array(z.string()),
    z.string().transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean),
    ),
  ])
  .default([])

/** Every setting of the server. A key `model_dir` is the flag `--model-dir` and the variable `KITT_MODEL_DIR`. */
export const ConfigSchema = z.strictObject({
  home: Filled.describe('folder of the files of KITT'),
  host: Filled.default('0.0.0.0').describe('address to listen on'),
  port: Whole(0, 65_535).default(8080).describe('port to listen on; 0 takes a free one'),
  insecure: Switch.default(false).describe('serve plain HTTP instead of HTTPS'),
  auth_token: z
    .string()
    .min(8, 'must have at least 8 characters')
    .optional()
    .describe(
      'admin token; as a flag, visible to other users of this machine; if not given, made and stored in the home folder',
    ),
  auth_token_file: Filled.optional().describe('file that holds the admin token'),
  no_auth: Switch.default(false).describe('require no token (development)'),
  insecure_open: Switch.default(false).describe(
    'allow --no-auth on an address that other machines can reach',
  ),
  protect_reads: Switch.default(false).describe('require a token for reading, too'),
  db_url: z
    .string()
    .regex(
      /^(file:|libsql:\/\/|wss?:\/\/|https?:\/\/)/,
      'must start with file:, libsql://, ws://, wss://, http:// or https://',
    )
    .optional()
    .describe('database; file:$KITT_HOME/kitt.db if not given'),
  db_auth_token: z.string().optional().describe('token of a libsql://, ws(s):// or http(s):// database'),
  db_replica: Switch.default(false).describe(
    'answer reads from a copy of the remote database, kept in $KITT_HOME/replica.db',
  ),
  ring_url: z
    .string()
    .regex(/^rediss?:\/\//, 'must start with redis:// or rediss://')
    .optional()
    .describe(
      'Redis or Valkey by which servers on one database tell each other that there is something to read',
    ),
  results_dir: Filled.default('.').describe('folder that holds kitt-results and karr-* folders'),
  model_dir: Filled.optional().describe('folder of local models; $KITT_HOME/models if not given'),
  devon_url: Url.optional().describe('base URL of a Devon model service'),
  devon_api_key: z.string().optional().describe('key of the Devon service'),
  tls_cert: Filled.optional().describe('own certificate with its chain, PEM; made by KITT if not given'),
  tls_key: Filled.optional().describe('key of the own certificate, PEM'),
  tls_ca: Filled.optional().describe('CA that signed the own certificate, PEM'),
  client_ca: Filled.optional().describe('CA of client certificates, PEM: turns on mutual TLS'),
  require_client_cert: Switch.default(false).describe('refuse clients without a certificate of --client-ca'),
  legacy: Switch.default(false).describe('serve the read-only v1 dashboard of --results-dir instead'),
  allowed_hosts: Words.describe(
    'host names to accept besides those of this machine, comma separated; * for all',
  ),
  trusted_proxies: Words.describe(
    'addresses or networks whose X-Forwarded-* headers are trusted, comma separated',
  ),
  public_url: PublicUrl.optional().describe('URL by which others reach this server'),
  log_level: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('warn')
    .describe('least severe messages to log; info has a line for every request'),
  auth_failures_per_minute: Whole(1, 100_000)
    .default(20)
    .describe('wrong tokens a minute from one address before it must wait'),
  offline_after_s: Seconds(10)
    .default(90)
    .describe('an agent silent for this long, or 3 of its intervals, is offline'),
  lease_s: Seconds(10)
    .default(600)
    .describe('a test whose agent sends nothing for this long is lost and queued again'),
  no_progress_s: Seconds(10)
    .default(1800)
    .describe('a running test that reports nothing for this long fails'),
  max_run_s: Seconds(10).default(21_600).describe('a test running for this long fails'),
  max_queue_s: Seconds(10).default(86_400).describe('a test queued for this long fails'),
  database_max_mib: Whole(0, 100_000_000)
    .default(10_240)
    .describe('a database of 80 % of this size in MiB causes a warning; 0 for none'),
  stalled_reader_s: Seconds(1)
    .default(30)
    .describe('a client that receives nothing of its response for this long is cut off'),
  keep_alive_s: Whole(1, 3600)
    .default(65)
    .describe(
      'how long a connection without a request stays open; set more than the idle timeout of a load balancer',
    ),
  drain_s: Whole(0, 3600)
    .optional()
    .describe(
      'how long a server that was told to stop (SIGTERM) goes on while its health says "draining"; 10 with a remote database, 0 with a file',
    ),
  unlinked_results_per_day: Whole(0, 1_000_000)
    .default(100)
    .describe('results without an open test that are stored of one agent in 24 hours'),
  unlinked_mib_per_day: Whole(0, 1_000_000).default(256).describe('the same in MiB'),
  webhook_private: Switch.default(true).describe(
    'let webhooks reach loopback and private addresses; 0 on a server that strangers share',
  ),
  smtp_url: z
    .string()
    .regex(/^smtps?:\/\/./, 'must start with smtp:// or smtps://')
    .optional()
    .describe('mail server of notifications by email, such as smtps://user:password@mail.lan:465'),
  smtp_from: Filled.optional().describe('sender of notifications by email, such as kitt@example.org'),
  event_days: Whole(1, 3650).default(7).describe('days that events are kept; log lines stay with their test'),
})
export type Config = Readonly<z.infer<typeof ConfigSchema>>
export type ConfigKey = keyof Config

/** Where a value comes from, in order of precedence. */
export type ConfigSource = 'flag' | 'env' | 'file' | 'default'
export type ConfigInput = {
  flags?: Record<string, unknown>
  env?: Record<string, string | undefined>
  file?: Record<string, unknown>
}

/** Other names of environment variables. */
const ALIASES: Partial<Record<ConfigKey, string>> = { devon_url: 'DEVON_URL', devon_api_key: 'DEVON_API_KEY' }
export const envName = (key: string): string => `KITT_${key.toUpperCase()}`
/** The variables of a setting; the first that is set takes precedence. */
const envVariables = (key: ConfigKey): string[] => [envName(key), ALIASES[key] ?? []].flat()
export const flagName = (key: string): string => `--${key.replaceAll('_', '-')}`

/** An invalid setting; the message names it as it was given: flag, variable or key. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/** The settings, frozen, and their sources: flag over environment over file over default. @throws ConfigError */
export function resolveConfig(input: ConfigInput): {
  config: Config
  sources: Record<ConfigKey, ConfigSource>
} {
  const keys = Object.keys(ConfigSchema.shape) as ConfigKey[]
  const unknown = Object.keys(input.file ?? {}).find((key) => !keys.includes(key as ConfigKey))
  if (unknown)
    throw new ConfigError(`config.json: "${unknown}" is not a setting. "kitt web --help" lists them.`)
  const values: Record<string, unknown> = {}
  const sources = {} as Record<ConfigKey, ConfigSource>
  for (const key of keys) {
    const fromEnv = envVariables(key)
      .map((name) => input.env?.[name])
      .find(Boolean)
    const given = [
      ['flag', input.flags?.[key]],
      ['env', fromEnv],
      ['file', input.file?.[key]],
    ] as const
    const [source, value] = given.find(([, candidate]) => candidate !== undefined) ?? ['default', undefined]
    sources[key] = source
    if (value !== undefined) values[key] = value
  }
  const parsed = ConfigSchema.safeParse(values)
  if (parsed.success) return { config: Object.freeze(parsed.data), sources }
  const issue = parsed.error.issues[0]
  const key = String(issue?.path[0]) as ConfigKey
  const variable = envVariables(key).find((name) => input.env?.[name]) ?? ''
  const shown = { flag: flagName(key), env: variable, file: `config.json: ${key}`, default: key }[
    sources[key]
  ]
  throw new ConfigError(`${shown}: ${issue?.message ?? 'is wrong'}.`)
}

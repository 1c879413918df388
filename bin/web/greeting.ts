import { type Config, type ConfigSource, envName } from '../../app/config.ts'
import type { storedAdminToken } from '../../app/server/home.ts'
import { version } from '../../app/server/runtime.ts'
import type { Server } from '../../app/server/start.ts'

/** How to run the command of a clone: with Bun, Node may not be installed. */
const NPX = 'Bun' in globalThis ? 'bunx --bun' : 'npx'

/** The output of `kitt web` once it listens: URL, token, CA and next steps. */
export function greeting(
  server: Server,
  config: Config,
  kept: ReturnType<typeof storedAdminToken> | undefined,
  tokenFrom: ConfigSource,
): string {
  return [
    `KITT ${version} is at ${server.url}`,
    ...tokenLines(server, config, kept),
    ...tokenWarnings(config, tokenFrom),
    ...tlsLines(server),
    '',
    'Next, in another shell:',
    `  ${NPX} kitt demo   a virtual agent runs a quick test; see its result`,
    'Stop with Ctrl-C.',
  ].join('\n')
}

function tokenLines(
  { url }: Server,
  config: Config,
  kept: ReturnType<typeof storedAdminToken> | undefined,
): string[] {
  if (config.no_auth) return ['  AUTHENTICATION IS OFF: anyone who can reach this server has full access.']
  if (!kept) return [`  Admin token: as given by --auth-token or ${envName('auth_token')}`]
  if (!kept.made) return [`  Admin token: kept in ${kept.path}`]
  return [
    `  Admin token: ${kept.token}`,
    `    made now and shown this once; kept in ${kept.path}`,
    `  Sign in: ${url}/#token=${kept.token}`,
  ]
}

/** A shorter token can be guessed: wrong tokens only slow a client down. In characters. */
const MIN_TOKEN_LENGTH = 20

function tokenWarnings({ auth_token, no_auth }: Config, from: ConfigSource): string[] {
  if (no_auth) return []
  const seen =
    '    VISIBLE TO EVERYONE ON THIS MACHINE in the list of processes: use --auth-token-file instead.'
  const short = `    TOO SHORT, it can be guessed: use at least ${MIN_TOKEN_LENGTH} characters.`
  return [
    ...(from === 'flag' ? [seen] : []),
    ...((auth_token?.length ?? 0) < MIN_TOKEN_LENGTH ? [short] : []),
  ]
}

function tlsLines({ certificate }: Server): string[] {
  if (!certificate)
    return ['  PLAIN HTTP: others on the network can read tokens and results. Not for a shared network.']
  if (!certificate.fingerprint) return []
  return [`  CA: ${certificate.caFile}`, `    SHA-256 ${certificate.fingerprint}`]
}

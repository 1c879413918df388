import { type Config, type ConfigSource, envName } from '../../app/config.ts'
import type { keptAdminToken } from '../../app/server/home.ts'
import { version } from '../../app/server/runtime.ts'
import type { Server } from '../../app/server/start.ts'

/** How the clone's own command is called: where there is Bun, Node may be missing. */
const NPX = 'Bun' in globalThis ? 'bunx --bun' : 'npx'

/** What `kitt web` says when it is up: where it is, how to sign in, whom to trust, and what to do next. */
export function greeting(
  server: Server,
  config: Config,
  kept: ReturnType<typeof keptAdminToken> | undefined,
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
  kept: ReturnType<typeof keptAdminToken> | undefined,
): string[] {
  if (config.no_auth) return ['  AUTHENTICATION IS OFF: everyone who reaches this server may do everything.']
  if (!kept) return [`  Admin token: as given by --auth-token or ${envName('auth_token')}`]
  if (!kept.made) return [`  Admin token: kept in ${kept.path}`]
  return [
    `  Admin token: ${kept.token}`,
    `    made now and shown this once; kept in ${kept.path}`,
    `  Sign in: ${url}/#token=${kept.token}`,
  ]
}

/** A token shorter than this can be guessed, now that wrong ones never lock the right one out. */
const GUESSABLE = 20

function tokenWarnings({ auth_token, no_auth }: Config, from: ConfigSource): string[] {
  if (no_auth) return []
  const seen =
    '    EVERYONE ON THIS MACHINE can read it in the list of processes: use --auth-token-file instead.'
  const short = `    IT IS SHORT, and can be guessed: use one of at least ${GUESSABLE} characters.`
  return [...(from === 'flag' ? [seen] : []), ...((auth_token?.length ?? 0) < GUESSABLE ? [short] : [])]
}

function tlsLines({ certificate }: Server): string[] {
  if (!certificate)
    return ['  PLAIN HTTP: tokens and results can be read on the way. Not for a shared network.']
  if (!certificate.fingerprint) return []
  return [`  CA: ${certificate.caFile}`, `    SHA-256 ${certificate.fingerprint}`]
}

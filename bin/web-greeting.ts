import { type Config, envName } from '../app/config.ts'
import type { keptAdminToken } from '../app/server/home.ts'
import { version } from '../app/server/runtime.ts'
import type { Server } from '../app/server/start.ts'

/** How the clone's own command is called: where there is Bun, Node may be missing. */
const NPX = 'Bun' in globalThis ? 'bunx --bun' : 'npx'

/** What `kitt web` says when it is up: where it is, how to sign in, whom to trust, and what to do next. */
export function greeting(
  server: Server,
  config: Config,
  kept: ReturnType<typeof keptAdminToken> | undefined,
): string {
  return [
    `KITT ${version} is at ${server.url}`,
    ...tokenLines(server, config, kept),
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

function tlsLines({ certificate }: Server): string[] {
  if (!certificate)
    return ['  PLAIN HTTP: tokens and results can be read on the way. Not for a shared network.']
  if (!certificate.fingerprint) return []
  return [`  CA: ${certificate.caFile}`, `    SHA-256 ${certificate.fingerprint}`]
}

import { type Config, type ConfigSource, envName } from '../../app/config.ts'
import { isLoopback, reachableUrl } from '../../app/distribution/address.ts'
import type { storedAdminToken } from '../../app/server/home.ts'
import { lanHost } from '../../app/server/network.ts'
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
    ...otherMachines(server, config),
    ...tokenLines(server, config, kept),
    ...tokenWarnings(config, tokenFrom),
    ...tlsLines(server, config),
    '',
    'Next, in another shell:',
    `  ${NPX} kitt demo                     a virtual agent runs a quick test; see its result`,
    `  ${NPX} kitt agents provision gpu-1   the command that installs an agent on a GPU host`,
    `  ${NPX} kitt open                     this page, signed in`,
    'Stop with Ctrl-C.',
  ].join('\n')
}

/** The address for others, where it is another one. */
function otherMachines({ url }: Server, config: Config): string[] {
  const { url: reachable, warning } = reachableUrl({ config, lanHost }, url)
  if (warning) return ['  Only this machine can reach it: GPU hosts need --host 0.0.0.0 or KITT_PUBLIC_URL.']
  return reachable === url ? [] : [`  From other machines: ${reachable}`]
}

function tokenLines(
  { url }: Server,
  config: Config,
  kept: ReturnType<typeof storedAdminToken> | undefined,
): string[] {
  if (config.no_auth) return ['  AUTHENTICATION IS OFF: anyone who can reach this server has full access.']
  if (!kept) return [`  Admin token: as given by --auth-token or ${envName('auth_token')}`]
  // A log that is kept must not hold the link; a terminal may show it again.
  if (!kept.made)
    return [
      `  Admin token: kept in ${kept.path}`,
      `  Sign in: ${process.stdout.isTTY ? `${url}/#token=${kept.token}` : `${NPX} kitt open`}`,
    ]
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

function tlsLines({ certificate }: Server, { host }: Config): string[] {
  if (!certificate)
    return isLoopback(host)
      ? []
      : ['  PLAIN HTTP: others on the network can read tokens and results. Not for a shared network.']
  if (!certificate.fingerprint) return []
  return [
    `  CA: ${certificate.caFile}`,
    `    SHA-256 ${certificate.fingerprint}, which "kitt login" shows on other machines: compare the two`,
  ]
}

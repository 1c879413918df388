import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { ApiError } from '../../app/client/client.ts'
import { kittHome } from '../../app/server/home.ts'
import { command } from '../terminal/command.ts'
import { CommandFailed, printJson, say } from '../terminal/output.ts'
import { ask, askSecretly } from '../terminal/prompt.ts'
import { identityFiles, readIdentity, withIdentity } from './client-identity.ts'
import { clientOf, only, serverUrl, type Target } from './connect.ts'
import { forgetLogin, keepLogin, loginFile } from './login-file.ts'
import { presentedAuthority, sameFingerprint } from './presented-ca.ts'

type Options = {
  token?: string
  ca?: string
  fingerprint?: string
  clientCert?: string
  clientKey?: string
  json?: boolean
}

/** `kitt login`: keeps a server, its token and its CA, so that no other command has to be told. */
export const loginCommand = (): Command =>
  withIdentity(
    command('login', 'Keep a server, its token and its CA for the other commands.', [
      'kitt login gpu-lab:8080',
      'kitt login https://gpu-lab:8080 --fingerprint AB:CD:…',
      'kitt login https://gpu-lab:8080 --ca lab-ca.pem --token "$KITT_TOKEN"',
    ]),
  )
    .argument('<server>', 'its URL')
    .option('--token <token>', 'the admin token (KITT_TOKEN); asked for if not given')
    .option('--ca <file>', 'the CA of its certificate (PEM)')
    .option('--fingerprint <sha256>', 'the fingerprint that its CA must have, as "kitt web" printed it')
    .option('--json', 'print JSON')
    .action(login)

export const logoutCommand = (): Command =>
  command('logout', 'Forget what "kitt login" keeps.', ['kitt logout']).action(() =>
    say(forgetLogin(kittHome()) ? 'Logged out.' : 'There was no login.'),
  )

async function login(address: string, { token: given, ca: file, fingerprint, json, ...flags }: Options) {
  const server = serverUrl(address)
  const ca = file ? readAuthority(file) : await authorityOf(server, fingerprint)
  const files = identityFiles(flags)
  const anonymous: Target = { server, token: undefined, ca: only(ca), identity: readIdentity(files) }
  await clientOf(anonymous).api.v1.health.$get()
  const token = given || process.env['KITT_TOKEN'] || (await askSecretly(`Admin token of ${server}: `))
  await checkToken({ ...anonymous, token })
  const path = keepLogin(kittHome(), { server, token, ...(ca === undefined ? {} : { ca }), ...files })
  if (json) printJson({ server, file: path, ca_pinned: ca !== undefined })
  else say(`Logged in to ${server}; kept in ${path}.`)
}

/** The CA to pin: none where the certificate is one that everybody trusts. @throws CommandFailed */
export async function authorityOf(
  server: string,
  fingerprint: string | undefined,
): Promise<string | undefined> {
  if (server.startsWith('http:')) {
    say(`${server} is plain HTTP: the token can be read on the way.`)
    return undefined
  }
  const trusted = await fetch(`${server}/api/v1/health`).then(
    (answer) => answer.status > 0,
    () => false,
  )
  if (trusted && !fingerprint) return undefined
  const presented = await presentedAuthority(server)
  if (fingerprint) {
    if (sameFingerprint(presented.fingerprint, fingerprint)) return presented.pem
    throw new CommandFailed(
      `The CA of ${server} has another fingerprint: ${presented.fingerprint}. Somebody may be in between; nothing was kept.`,
    )
  }
  say(`The CA of ${server} is not known here. Its SHA-256 fingerprint is`)
  say(`  ${presented.fingerprint}`)
  say('It must be the one that "kitt web" printed when it started.')
  const answer = await ask('Trust it? [y/N] ')
  if (answer === undefined)
    throw new CommandFailed('To trust it without a terminal, give --fingerprint or --ca. Nothing was kept.')
  if (!/^y(es)?$/i.test(answer)) throw new CommandFailed('Nothing was kept.')
  return presented.pem
}

export function readAuthority(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8')
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  } catch {
    throw new CommandFailed(`The CA ${file} cannot be read.`)
  }
  throw new CommandFailed(`${file} holds no certificate (PEM).`)
}

/** @throws CommandFailed where the server does not take the token */
async function checkToken(target: Target) {
  // A route that asks for a token before it looks for anything.
  const probe = clientOf(target).api.v1.agents[':id'].settings.$get({ param: { id: 'none' } })
  const error: unknown = await probe.catch((e: unknown) => e)
  if (error instanceof ApiError && error.status !== 404)
    throw new CommandFailed(`${error.message} Nothing was kept in ${loginFile(kittHome())}.`)
}

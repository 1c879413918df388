import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { ApiError } from '../../app/client/client.ts'
import { isLoopback } from '../../app/distribution/address.ts'
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

/** `kitt login`: saves a server, its token and its CA for the other commands. */
export const loginCommand = (): Command =>
  withIdentity(
    command('login', 'Save a server, its token and its CA for the other commands.', [
      'kitt login gpu-lab:8080',
      'kitt login https://gpu-lab:8080 --fingerprint AB:CD:…',
      'kitt login https://gpu-lab:8080 --ca lab-ca.pem --token "$KITT_TOKEN"',
    ]),
  )
    .argument('<server>', 'its URL')
    .option('--token <token>', 'a token of it (KITT_TOKEN); asked for if not given')
    .option('--ca <file>', 'the CA of its certificate (PEM)')
    .option('--fingerprint <sha256>', 'the expected fingerprint of its CA, as "kitt web" printed it')
    .option('--json', 'print JSON')
    .action(login)

export const logoutCommand = (): Command =>
  command('logout', 'Delete what "kitt login" saved.', ['kitt logout']).action(() =>
    say(forgetLogin(kittHome()) ? 'Logged out.' : 'There was no login.'),
  )

async function login(address: string, { token: given, ca: file, fingerprint, json, ...flags }: Options) {
  const server = serverUrl(address)
  const ca = file ? readAuthority(file) : await authorityOf(server, fingerprint)
  const files = identityFiles(flags)
  const anonymous: Target = { server, token: undefined, ca: only(ca), identity: readIdentity(files) }
  await clientOf(anonymous).api.v1.health.$get()
  const token = given || process.env['KITT_TOKEN'] || (await askSecretly(`Token of ${server}: `))
  await checkToken({ ...anonymous, token })
  const path = keepLogin(kittHome(), { server, token, ...(ca === undefined ? {} : { ca }), ...files })
  if (json) printJson({ server, file: path, ca_pinned: ca !== undefined })
  else say(`Logged in to ${server}; saved in ${path}.`)
}

/** The CA to pin; undefined if the system trusts the certificate. @throws CommandFailed */
export async function authorityOf(
  server: string,
  fingerprint: string | undefined,
): Promise<string | undefined> {
  if (server.startsWith('http:')) {
    if (!isLoopback(new URL(server).hostname))
      say(`${server} uses plain HTTP: others on the network can read the token.`)
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
      `The CA of ${server} has another fingerprint: ${presented.fingerprint}. The connection may be intercepted. Nothing was saved.`,
    )
  }
  say(`The CA of ${server} is not trusted yet. Its SHA-256 fingerprint is`)
  say(`  ${presented.fingerprint}`)
  say('It must be the fingerprint that "kitt web" printed when it started.')
  const answer = await ask('Trust it? [y/N] ')
  if (answer === undefined)
    throw new CommandFailed('To trust it without a terminal, give --fingerprint or --ca. Nothing was saved.')
  if (!/^y(es)?$/i.test(answer)) throw new CommandFailed('Nothing was saved.')
  return presented.pem
}

export function readAuthority(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8')
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  } catch {
    throw new CommandFailed(`The CA ${file} cannot be read.`)
  }
  throw new CommandFailed(`${file} does not contain a certificate (PEM).`)
}

/** @throws CommandFailed if the server refuses the token */
async function checkToken(target: Target) {
  // This route checks the token before it looks for the agent.
  const probe = clientOf(target).api.v1.agents[':id'].settings.$get({ param: { id: 'none' } })
  const error: unknown = await probe.catch((e: unknown) => e)
  if (error instanceof ApiError && error.status !== 404)
    throw new CommandFailed(`${error.message} Nothing was saved in ${loginFile(kittHome())}.`)
}

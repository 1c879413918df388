import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { type Client, type ClientOptions, createClient } from '../../app/client/client.ts'
import { isLoopback } from '../../app/distribution/address.ts'
import { announcedServer } from '../../app/server/announce.ts'
import { kittHome, readToken } from '../../app/server/home.ts'
import { localNames, normaliseNames } from '../../app/server/tls/names.ts'
import { UsageError } from '../terminal/output.ts'
import { readIdentity } from './client-identity.ts'
import { readLogin } from './login-file.ts'
import { pinnedFetch, type Trust } from './pinned-fetch.ts'
import { unreachable } from './unreachable.ts'

export type ConnectOptions = { server?: string; token?: string }
/** What every command has that uses a server. */
export type Options = ConnectOptions & { json?: boolean }

/** A server, its token and the TLS settings. */
export type Target = Trust & { server: string; token: string | undefined }

/** The client of the server that the flags, the variables, the login or the files of this machine name. */
export function connect(options: ConnectOptions, limits: Limits = {}): { client: Client; server: string } {
  const target = findTarget(options)
  return { client: clientOf(target, limits), server: target.server }
}

type Limits = Pick<ClientOptions, 'maxAnswerBytes'>

export function clientOf({ server, token, ...trust }: Target, limits: Limits = {}): Client {
  const fetch = withErrorMessages(server, pinnedFetch(trust))
  return createClient({ baseUrl: server, token, fetch, ...limits })
}

/**
 * Finds the server: --server, KITT_SERVER, the login, the server of this machine, in this order.
 * A saved token is sent only to the server it was saved for; the token of this machine's server only to that server.
 */
export function findTarget(options: ConnectOptions, env = process.env, home = kittHome(env)): Target {
  const login = readLogin(home)
  const server = serverUrl(options.server ?? (env['KITT_SERVER'] || login?.server) ?? localServer(home))
  const token = options.token || env['KITT_TOKEN'] || undefined
  const identity = readIdentity(login?.server === server ? login : {}, env)
  if (login?.server === server) return { server, token: token ?? login.token, ca: only(login.ca), identity }
  if (!isLocal(server)) return { server, token, identity }
  const ca = server.startsWith('https:') ? readIfThere(join(home, 'certs', 'ca.pem')) : undefined
  return {
    server,
    token: token ?? readToken(home),
    ca: ca === undefined ? undefined : [...rootCertificates, ca],
    identity,
  }
}

/** The list of trusted CAs with this one alone. */
export const only = (ca: string | undefined): string[] | undefined => (ca === undefined ? undefined : [ca])

/** The URL of a server given as a URL or as `gpu-lab:8080`. @throws UsageError */
export function serverUrl(text: string): string {
  const full = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.canParse(full) ? new URL(full) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new UsageError('The server must be a URL such as https://gpu-lab:8080.')
  }
  return url.href.replace(/\/+$/, '')
}

function localServer(home: string): string {
  const fallback = existsSync(join(home, 'certs', 'ca.pem'))
    ? 'https://localhost:8080'
    : 'http://127.0.0.1:8080'
  return announcedServer(home)?.url ?? fallback
}

/** Whether a URL leads to this machine: by loopback, its name, or any of its addresses. */
function isLocal(server: string): boolean {
  const { hostname: host } = new URL(server)
  const [name = ''] = normaliseNames([host])
  return isLoopback(host) || normaliseNames(localNames()).includes(name.replace(/\.local$/, ''))
}

const readIfThere = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined

/** A fetch whose network errors say what is wrong and what to do. */
export const withErrorMessages =
  (server: string, send: typeof fetch): typeof fetch =>
  async (input, init) => {
    try {
      return await send(input, init)
    } catch (error) {
      if (init?.signal?.aborted) throw error
      throw unreachable(server, error)
    }
  }

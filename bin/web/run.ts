import { startFleet } from '../../agent/virtual/fleet.ts'
import { tokenForVirtual } from '../../app/agents/tokens.ts'
import { watchAgents } from '../../app/agents/watch.ts'
import { createClient } from '../../app/client/client.ts'
import { type Config, type ConfigSource, resolveConfig } from '../../app/config.ts'
import type { Log } from '../../app/log.ts'
import { onOneServer } from '../../app/maintenance/one-server.ts'
import { announceServer } from '../../app/server/announce.ts'
import {
  adminTokenFromFile,
  homeWarning,
  kittHome,
  prepareHome,
  readConfigFile,
  storedAdminToken,
  watchedAdminToken,
} from '../../app/server/home.ts'
import { type HomeLock, lockHome } from '../../app/server/home-lock.ts'
import { createLog, version } from '../../app/server/runtime.ts'
import { type Server, startServer } from '../../app/server/start.ts'
import { databaseFile } from '../../db/file-url.ts'
import { CommandFailed, printLines } from '../terminal/output.ts'
import { type StopSignal, stopSignal, surviveExceptions } from '../terminal/process.ts'
import { greeting } from './greeting.ts'

/** Runs the server until SIGINT or SIGTERM. @throws an error with a one-sentence message if it cannot start */
export async function runWeb(flags: Record<string, unknown>): Promise<void> {
  const home = kittHome()
  const { config: given, sources } = resolveConfig({
    flags,
    env: { ...process.env, KITT_HOME: home },
    file: readConfigFile(home),
  })
  const log = await createLog(given.log_level)
  surviveExceptions((error) =>
    log.error({ error: error.stack }, 'uncaught exception; the server keeps running'),
  )
  if (given.legacy) return runLegacy(given, log, sources.host)
  prepareHome(home)
  const lock = await lockHome(home, given.db_url === undefined ? undefined : databaseFile(given.db_url))
  const open = homeWarning(home)
  if (open) log.warn({}, open)
  try {
    await serve(home, lock, given, sources, log)
  } finally {
    lock.release()
  }
}

type Sources = ReturnType<typeof resolveConfig>['sources']

async function serve(home: string, lock: HomeLock, given: Config, sources: Sources, log: Log) {
  const kept = adminTokenFile(given, home)
  const config: Config = Object.freeze({ ...given, ...(kept ? { auth_token: kept.token } : {}) })
  checkOpenness(config)
  const watched = kept && watchedAdminToken(kept.path, kept.token)
  const server = await startServer(config, log, sources, watched?.token)
  const fleet = startVirtualAgents(server)
  let withdraw = () => {}
  const stop = async (signal?: StopSignal) => {
    withdraw()
    // Who presses Ctrl-C waits for no load balancer.
    await Promise.all([fleet.stop(), signal === 'SIGTERM' && server.drain()])
    watched?.stop()
    await server.stop()
    lock.release()
  }
  try {
    withdraw = announceServer(home, server.url)
    lock.tell(server.url)
  } catch (error) {
    // A server that reports a failed start must not keep listening.
    await stop()
    throw error
  }
  printLines(greeting(server, config, kept, sources.auth_token))
  await stopOnSignal(stop)
}

/** The file of the admin token and its content; undefined if the token itself was given or none is needed. */
function adminTokenFile({ auth_token, auth_token_file, no_auth }: Config, home: string) {
  if (auth_token && auth_token_file)
    throw new CommandFailed('Give either the admin token or its file (--auth-token-file), not both.')
  if (no_auth || auth_token) return undefined
  return auth_token_file ? adminTokenFromFile(auth_token_file) : storedAdminToken(home)
}

/** The legacy page has no tokens, so it listens on the loopback unless --host is given. */
async function runLegacy(given: Config, log: Log, hostFrom: ConfigSource) {
  const config = hostFrom === 'default' ? { ...given, host: '127.0.0.1' } : given
  const { startLegacy } = await import('../../app/server/legacy.ts')
  const legacy = await startLegacy(config, log)
  const open = LOOPBACK.test(config.host)
    ? []
    : [`  OPEN: anyone who can reach ${config.host} can read these results.`]
  printLines(
    [
      `KITT ${version}, the read-only dashboard of ${config.results_dir}, is at ${legacy.url}`,
      ...open,
      'Stop with Ctrl-C.',
    ].join('\n'),
  )
  await stopOnSignal(legacy.stop)
}

const LOOPBACK = /^(127\.|localhost$|::1$|\[::1\]$)/

function checkOpenness(config: Config) {
  if (config.no_auth && !config.insecure_open && !LOOPBACK.test(config.host)) {
    throw new CommandFailed(
      `--no-auth on ${config.host} would give full access to anyone who can reach it. Use --host 127.0.0.1, or add --insecure-open to allow it.`,
    )
  }
}

function startVirtualAgents(server: Server) {
  const { log, adminToken } = server.deps
  const baseUrl = 'http://localhost'
  const clientFor = (token: string) =>
    createClient({ baseUrl, token, fetch: (input, init) => server.fetch(new Request(input, init)) })
  const admin = createClient({
    baseUrl,
    fetch: (input, init) => {
      const request = new Request(input, init)
      request.headers.set('Authorization', `Bearer ${adminToken() ?? ''}`)
      return server.fetch(request)
    },
  })
  const say = (line: string) => log.debug({}, line)
  const tokenFor = (id: string) => tokenForVirtual(server.deps, id)
  const options = { admin, clientFor, tokenFor, watchAgents: watchAgents(server.deps), version, say }
  return onOneServer(server.deps, 'virtual_agents', () => startFleet(options))
}

async function stopOnSignal(stop: (signal: StopSignal) => Promise<void>): Promise<void> {
  await stop(await stopSignal())
  process.exit(0)
}

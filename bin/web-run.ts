import { startFleet } from '../agent/fleet.ts'
import { watchAgents } from '../app/agents/watch.ts'
import { createClient } from '../app/client.ts'
import { type Config, resolveConfig } from '../app/config.ts'
import type { Log } from '../app/deps.ts'
import { onOneServer } from '../app/jobs/one-server.ts'
import { announceServer } from '../app/server/announce.ts'
import {
  keptAdminToken,
  kittHome,
  prepareHome,
  readConfigFile,
  watchedAdminToken,
} from '../app/server/home.ts'
import { startLegacy } from '../app/server/legacy.ts'
import { createLog, version } from '../app/server/runtime.ts'
import { type Server, startServer } from '../app/server/start.ts'
import { CommandFailed, print } from './output.ts'
import { stopSignal } from './stop-signal.ts'
import { surviveExceptions } from './uncaught.ts'
import { greeting } from './web-greeting.ts'

/** Runs the server until a signal. @throws errors of one sentence when it cannot start */
export async function runWeb(flags: Record<string, unknown>): Promise<void> {
  const home = kittHome()
  const { config: given, sources } = resolveConfig({
    flags,
    env: { ...process.env, KITT_HOME: home },
    file: readConfigFile(home),
  })
  const log = await createLog(given.log_level)
  surviveExceptions((error) =>
    log.error({ error: error.stack }, 'an exception that nobody caught; the server goes on'),
  )
  if (given.legacy) return runLegacy(given, log)
  prepareHome(home)
  const kept = given.auth_token || given.no_auth ? undefined : keptAdminToken(home)
  const config: Config = Object.freeze({ ...given, ...(kept ? { auth_token: kept.token } : {}) })
  checkOpenness(config)
  const watched = kept && watchedAdminToken(home, kept.token)
  const server = await startServer(config, log, sources, watched?.token)
  const fleet = startVirtualAgents(server)
  const withdraw = announceServer(home, server.url)
  print(greeting(server, config, kept))
  await stopOnSignal(async () => {
    withdraw()
    watched?.stop()
    await fleet.stop()
    await server.stop()
  })
}

async function runLegacy(config: Config, log: Log) {
  const legacy = await startLegacy(config, log)
  print(
    `KITT ${version}, the read-only dashboard of ${config.results_dir}, is at ${legacy.url}\nStop with Ctrl-C.`,
  )
  await stopOnSignal(legacy.stop)
}

const LOOPBACK = /^(127\.|localhost$|::1$|\[::1\]$)/

function checkOpenness(config: Config) {
  if (config.no_auth && !config.insecure_open && !LOOPBACK.test(config.host)) {
    throw new CommandFailed(
      `--no-auth on ${config.host} would let everyone who reaches it do everything. Use --host 127.0.0.1, or --insecure-open if you mean it.`,
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
  const options = { admin, clientFor, watchAgents: watchAgents(server.deps), version, say }
  return onOneServer(server.deps, 'virtual_agents', () => startFleet(options))
}

/** Stops cleanly after a signal; a second signal ends the process at once. */
async function stopOnSignal(stop: () => Promise<void>): Promise<void> {
  await stopSignal()
  await stop()
  process.exit(0)
}

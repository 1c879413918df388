import { join } from 'node:path'
import type { DatabaseLocation } from '../../db/database.ts'
import { databaseFile, databaseUrl } from '../../db/file-url.ts'
import { openDatabase } from '../../db/open.ts'
import { pause } from '../../lib/pause.ts'
import { thisProgram } from '../../lib/this-program.ts'
import { createApp } from '../app.ts'
import { type Config, ConfigError } from '../config.ts'
import { createDeps } from '../create-deps.ts'
import type { Deps } from '../deps.ts'
import { resumeDownloads } from '../models/download-jobs.ts'
import { repairHeadlines } from '../results/repair-headlines.ts'
import { prepareSecrets } from '../secrets/stored.ts'
import type { ConfigSources } from '../settings/live.ts'
import { sealSavedKey } from '../settings/seal-saved.ts'
import { startWork } from '../start-work.ts'
import { readAgentFiles } from './agent-files.ts'
import { certificateSource, clientTrust, type ServedCertificate } from './certificate.ts'
import { startCheckpoints } from './checkpoints/start.ts'
import { openDashboard } from './dashboard-files.ts'
import { DocumentReader } from './documents/reader.ts'
import { failPoint } from './fail-point.ts'
import { listen } from './listen.ts'
import type { ListenOptions } from './listen-options.ts'
import { createMetrics } from './metrics.ts'
import { createModelDirectory } from './models/directory.ts'
import { lanHost, ownHosts, proxyTrust } from './network.ts'
import { createOutgoing } from './outgoing/outgoing.ts'
import { startReplica } from './replica/start.ts'
import { connectRing } from './ring.ts'
import { runtime, sha256, version } from './runtime.ts'
import { storedSecretKey } from './secret-key.ts'
import { startRenewal } from './tls/renewal.ts'

/** A running server. */
export type Server = {
  url: string
  port: number
  deps: Deps
  /** Undefined with plain HTTP. */
  certificate: ServedCertificate | undefined
  /** The app itself, for callers in this process. */
  fetch(request: Request): Promise<Response>
  /**
   * Says in its health that it will stop, gives its jobs to other servers and goes on for `drain_s`, until a load
   * balancer sends nothing more.
   */
  drain(): Promise<void>
  /** Ends streams, finishes requests and writes, closes the database. */
  stop(): Promise<void>
}

/** How long a server with a remote database goes on after it was told to stop, in seconds. */
const DRAIN_S = 10
/** How long open requests may take to end when the server stops, in milliseconds. */
const FINISH_MS = 8000

/**
 * Opens the database and serves.
 * @param sources where each value of the config comes from
 * @throws DatabaseRefused, DatabaseUnavailable, ListenError, CertificateError: each message is a sentence for the operator
 */
export async function startServer(
  config: Config,
  log: Deps['log'],
  sources: ConfigSources = {},
  adminToken: Deps['adminToken'] = () => config.auth_token,
): Promise<Server> {
  const url = config.db_url ?? databaseUrl(join(config.home, 'kitt.db'))
  const location = { url, authToken: config.db_auth_token }
  const replica = config.db_replica ? replicaOf(config, location) : undefined
  const db = await openDatabase(location, { checkpointsElsewhere: true, replica })
  let ring: Awaited<ReturnType<typeof connectRing>> | undefined
  try {
    const hosts = { isOwnHost: ownHosts(config), isTrustedProxy: proxyTrust(config.trusted_proxies) }
    let certificate: ServedCertificate | undefined
    const agentFiles = readAgentFiles(() => certificate)
    const own = { metrics: createMetrics(), dashboard: openDashboard(), agentFiles, adminToken }
    const secretKey = storedSecretKey(config.home)
    const outgoing = createOutgoing(config)
    const machine = { secretKey, lanHost, sha256, log, version, runtime, outgoing, ...own, ...hosts }
    const openModels = (dir: string) => createModelDirectory({ dir, log })
    const documents = new DocumentReader({ program: thisProgram(), log })
    const atCommit = failPoint(process.env['KITT_FAIL_POINT'])
    const inThread = { workOnLarge: documents.work }
    ring = config.ring_url && db.remote ? await connectRing(config.ring_url, log) : undefined
    const deps = await createDeps({
      db,
      config,
      sources,
      openModels,
      atCommit,
      ...inThread,
      ...machine,
      ring,
    })
    await prepareSecrets(deps)
    await sealSavedKey(deps)
    const app = createApp(deps)
    const listening = await listenSecurely(config, log, app.fetch)
    certificate = listening.certificate
    const file = databaseFile(url)
    const stopCheckpoints = file
      ? startCheckpoints({ program: thisProgram(), path: file, writer: deps.writer, log })
      : undefined
    const work = startWork(deps)
    resumeDownloads(deps)
    deps.background.run('updating the headlines of stored results', () => repairHeadlines(deps))
    return {
      ...listening,
      deps,
      fetch: async (request) => app.fetch(request),
      async drain() {
        const seconds = config.drain_s ?? (db.remote ? DRAIN_S : 0)
        deps.draining.begun = true
        listening.drain()
        if (seconds === 0) return
        log.info({ seconds }, 'the server stops: it drains first')
        work.handOver()
        await pause(seconds * 1000)
      },
      async stop() {
        work.stop()
        deps.background.stop()
        deps.bus.close()
        outgoing.close()
        await listening.close()
        await documents.close()
        await deps.writer.close()
        ring?.close()
        await stopCheckpoints?.()
        replica?.stop()
        db.close()
      },
    }
  } catch (error) {
    ring?.close()
    db.close()
    throw error
  }
}

/** @throws ConfigError if the database is a file */
function replicaOf({ home }: Config, location: DatabaseLocation) {
  if (databaseFile(location.url) !== undefined)
    throw new ConfigError(
      'KITT_DB_REPLICA is for a database on a libSQL server: set KITT_DB_URL, or unset it.',
    )
  return startReplica({ program: thisProgram(), path: join(home, 'replica.db'), location })
}

/** Listens, with TLS unless `insecure` is set, and renews the certificate. */
export async function listenSecurely(config: Config, log: Deps['log'], fetch: ListenOptions['fetch']) {
  const load = certificateSource(config, log)
  const certificate = await load?.()
  const tls = certificate && { cert: certificate.cert, key: certificate.key, ...(await clientTrust(config)) }
  const timeouts = { idleMs: config.keep_alive_s * 1000, stalledMs: config.stalled_reader_s * 1000 }
  const listening = await listen({ fetch, host: config.host, port: config.port, tls, log, timeouts })
  const stopRenewal =
    load && certificate
      ? startRenewal({
          current: certificate,
          load,
          onRenewed: (renewed) => {
            log.info({}, 'the certificate was renewed')
            listening.setSecureContext?.(renewed)
          },
          onError: (error) => log.warn({ error: String(error) }, 'the certificate could not be renewed'),
        })
      : () => {}
  return {
    url: listening.url,
    port: listening.port,
    certificate,
    drain: listening.drain,
    close: () => {
      stopRenewal()
      return listening.close(FINISH_MS)
    },
  }
}

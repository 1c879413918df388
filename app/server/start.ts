import { openDatabase } from '../../db/open.ts'
import { createApp } from '../app.ts'
import type { Config } from '../config.ts'
import { createDeps, type Deps } from '../deps.ts'
import { startSweeper } from '../jobs/sweeper.ts'
import { type Listening, listen } from './listen.ts'
import { runtime, sha256, version } from './runtime.ts'

/** A running server. */
export type Server = {
  url: string
  port: number
  deps: Deps
  /** The app itself, for callers in this process. */
  fetch(request: Request): Promise<Response>
  /** Ends streams, finishes requests and writes, closes the database. */
  stop(): Promise<void>
}

/** How long requests under way may take to end when the server stops, in milliseconds. */
const DRAIN_MS = 8000

/** Opens the database, and serves. @throws DatabaseRefused, DatabaseUnavailable, ListenError: each with a sentence */
export async function startServer(config: Config, log: Deps['log']): Promise<Server> {
  const db = await openDatabase({
    url: config.db_url ?? `file:${config.home}/kitt.db`,
    authToken: config.db_auth_token,
  })
  const deps = createDeps({ db, config, sha256, log, version, runtime })
  const app = createApp(deps)
  let listening: Listening
  try {
    listening = await listen({ fetch: app.fetch, host: config.host, port: config.port, log })
  } catch (error) {
    db.close()
    throw error
  }
  const stopSweeper = startSweeper(deps)
  return {
    url: listening.url,
    port: listening.port,
    deps,
    fetch: async (request) => app.fetch(request),
    async stop() {
      stopSweeper()
      deps.bus.close()
      await listening.close(DRAIN_MS)
      await deps.writer.close()
      db.close()
    },
  }
}

import type { Config } from '../config.ts'
import { createLegacyApp } from '../legacy/app.ts'
import type { Log } from '../log.ts'
import { legacyResults } from './legacy-files.ts'
import { listen } from './listen.ts'
import { ownHosts } from './network.ts'
import { version } from './runtime.ts'

/** The read-only v1 dashboard over a folder of result files: no database, no TLS, no authentication. */
export async function startLegacy(config: Config, log: Log) {
  const { host, port, results_dir } = config
  const warn = (message: string) => log.warn({}, message)
  const readResults = legacyResults({ dir: results_dir, warn })
  const app = createLegacyApp({ readResults, version, isOwnHost: ownHosts(config) })
  const { url, close } = await listen({ fetch: app.fetch, host, port, log })
  return { url, stop: () => close(2000) }
}

import type { Config } from '../config.ts'
import type { Log } from '../deps.ts'
import { createLegacyApp } from '../legacy/app.ts'
import { legacyResults } from './legacy-files.ts'
import { listen } from './listen.ts'
import { version } from './runtime.ts'

/** The read-only v1 dashboard over a folder of result files: no database, no TLS, no authentication. */
export async function startLegacy({ host, port, results_dir }: Config, log: Log) {
  const warn = (message: string) => log.warn({}, message)
  const app = createLegacyApp({ readResults: legacyResults({ dir: results_dir, warn }), version })
  const { url, close } = await listen({ fetch: app.fetch, host, port, log })
  return { url, stop: () => close(2000) }
}

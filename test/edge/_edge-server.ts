import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { createApp } from '../../app/app.ts'
import { ConfigSchema } from '../../app/config.ts'
import { createDeps } from '../../app/create-deps.ts'
import type { Log } from '../../app/log.ts'
import { startSweeper } from '../../app/maintenance/sweeper.ts'
import type { ModelDirectory } from '../../app/models/directory.ts'
import { connectRemote } from '../../db/remote.ts'
import packageJson from '../../package.json' with { type: 'json' }

/** What the configuration of workerd binds. */
type Bindings = {
  DATABASE_URL: string
  ADMIN_TOKEN: string
  KITT: {
    idFromName(name: string): unknown
    get(id: unknown): { fetch(request: Request): Promise<Response> }
  }
}

/**
 * KITT as a Durable Object: its writer and its event streams serve many requests, and a plain worker may not share a
 * connection between two. A host may put the object away while no request comes; no deadline is watched then.
 */
export class Kitt {
  readonly #app: Promise<ReturnType<typeof createApp>>

  constructor(_: unknown, bindings: Bindings) {
    this.#app = start(bindings)
  }

  async fetch(request: Request): Promise<Response> {
    const app = await this.#app
    return app.fetch(request)
  }
}

export default {
  fetch: (request: Request, { KITT }: Bindings) => KITT.get(KITT.idFromName('kitt')).fetch(request),
}

/** The same app as `kitt web` serves, on what every runtime has; the tables are up to date already. */
async function start({ DATABASE_URL, ADMIN_TOKEN }: Bindings) {
  if ('process' in globalThis) throw new Error('Here is an API of Node, so that this would prove nothing.')
  const deps = await createDeps({
    db: connectRemote({ url: DATABASE_URL }),
    config: ConfigSchema.parse({ home: 'none', db_url: DATABASE_URL, auth_token: ADMIN_TOKEN }),
    sha256: (data) => bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data)),
    log: consoleLog(),
    version: packageJson.version,
    runtime: navigator.userAgent,
    openModels: () => NO_MODELS,
  })
  startSweeper(deps)
  return createApp(deps)
}

const NO_MODELS: ModelDirectory = {
  list: async () => [],
  manifest: async () => [],
  formatsOf: async () => [],
  remove: async () => false,
}

function consoleLog(): Log {
  const at = (level: keyof Log) => (fields: object, message: string) =>
    console[level](JSON.stringify({ level, ...fields, msg: message }))
  return { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') }
}

import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished } from 'vitest'
import { routes } from '../app/api/routes.ts'
import { createApp } from '../app/app.ts'
import { createClient } from '../app/client/client.ts'
import { type Config, ConfigSchema } from '../app/config.ts'
import { createDeps } from '../app/create-deps.ts'
import type { Deps } from '../app/deps.ts'
import type { AgentFiles } from '../app/distribution/files.ts'
import { ErrorBody } from '../app/http/fields.ts'
import type { Log } from '../app/log.ts'
import { resumeDownloads } from '../app/models/download-jobs.ts'
import type { Outgoing } from '../app/notifications/outgoing.ts'
import type { SecretKey } from '../app/secrets/vault.ts'
import { createModelDirectory } from '../app/server/models/directory.ts'
import { runtime, sha256, version } from '../app/server/runtime.ts'
import type { ConfigSources } from '../app/settings/live.ts'
import { startWork } from '../app/start-work.ts'
import type { Database } from '../db/database.ts'
import { openDatabase } from '../db/open.ts'
import { settled, TestClock } from './_clock.ts'

export const ADMIN_TOKEN = 'test-admin-token-0123456789'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const DB = fileURLToPath(new URL('../db/', import.meta.url))

/** A new database that all test processes copy; one that is made otherwise has another name. */
const template = (() => {
  const hash = createHash('sha256')
  for (const name of readdirSync(DB, { recursive: true, encoding: 'utf8' }).sort())
    if (/\.(sql|ts)$/.test(name)) hash.update(name).update(readFileSync(join(DB, name)))
  return join(tmpdir(), `kitt-template-${userInfo().uid}-${hash.digest('hex').slice(0, 16)}.db`)
})()

/** A fresh database file, cloned from a migrated one. */
export async function freshDatabase(): Promise<string> {
  if (!existsSync(template)) {
    const made = join(temporaryFolder(), 'template.db')
    const db = await openDatabase({ url: `file:${made}` })
    await db.writer.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    db.close()
    renameSync(made, template)
  }
  const path = join(temporaryFolder(), 'kitt.db')
  copyFileSync(template, path)
  return path
}

/**
 * With `KITT_TEST_DATABASE=remote`, a file that is used as a remote database is: units of work send their changes
 * later, nothing is kept of what is read, and other servers may write.
 */
function asRemote(db: Database): Database {
  const { version: _, ...rest } = db
  return process.env['KITT_TEST_DATABASE'] === 'remote' ? { ...rest, remote: true } : db
}

type Logged = { level: string; fields: object; message: string }

function collectingLog(lines: Logged[]): Log {
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export type TestApp = Awaited<ReturnType<typeof createTestApp>>

/** The whole app over a database file of its own, on a clock that the test advances. */
export async function createTestApp(
  given: Partial<Config> & {
    dbPath?: string
    /** Of a database server, in place of a file. */
    dbUrl?: string
    clock?: TestClock
    sources?: ConfigSources
    agentFiles?: AgentFiles
    outgoing?: Outgoing
    /** For apps that share a database. */
    secretKey?: SecretKey
  } = {},
) {
  const { dbUrl, clock = new TestClock(), ...others } = given
  const { dbPath = dbUrl ? '' : await freshDatabase(), ...rest } = others
  const { sources, agentFiles, outgoing, secretKey, ...settings } = rest
  const db = asRemote(await openDatabase({ url: dbUrl ?? `file:${dbPath}` }))
  const logged: Logged[] = []
  const config = ConfigSchema.parse({ home: '/nonexistent', auth_token: ADMIN_TOKEN, ...settings })
  const log = collectingLog(logged)
  const openModels = (dir: string) => createModelDirectory({ dir, log })
  const deps: Deps = await createDeps({
    ...{ db, config, clock, sha256, version, runtime, log, openModels },
    ...(sources ? { sources } : {}),
    ...(agentFiles ? { agentFiles } : {}),
    ...(outgoing ? { outgoing } : {}),
    ...(secretKey ? { secretKey } : {}),
  })
  const app = createApp(deps)
  const work = startWork(deps)
  resumeDownloads(deps)
  // What a start begins by itself has the writer: whoever looks behind the app must not meet it.
  await settled()
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= (async () => {
      work.stop()
      deps.background.stop()
      deps.bus.close()
      await deps.writer.close()
      db.close()
    })()
    return stopped
  }
  onTestFinished(stop)
  const fetchApp = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const response = await app.fetch(request, { remoteAddress: '127.0.0.1' })
    await checkAnswer(request, response)
    return response
  }
  const client = (token?: string) =>
    createClient({ baseUrl: 'http://test', token, fetch: fetchApp as typeof fetch })
  return {
    app,
    deps,
    clock,
    dbPath,
    logged,
    client,
    admin: client(ADMIN_TOKEN),
    fetch: fetchApp,
    call: caller(fetchApp),
    /** Ends it as a stop of the server does; the same file and clock may then start another. */
    stop,
  }
}

/** Sends a request with the admin's token (or another, or none), and gives the status and the parsed body. */
const caller =
  (send: (input: string, init?: RequestInit) => Promise<Response>) =>
  async (method: string, path: string, body?: unknown, token: string | null = ADMIN_TOKEN) => {
    const headers: Record<string, string> = {}
    if (token !== null) headers['Authorization'] = `Bearer ${token}`
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const response = await send(`http://test${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
  }

/** Every answer of the suite must be one that its route declares; none may be a 5xx of our making. */
export async function checkAnswer(request: Request, response: Response) {
  const { pathname } = new URL(request.url)
  const type = response.headers.get('content-type') ?? ''
  if (!pathname.startsWith('/api') || !type.startsWith('application/json')) return
  const body: unknown = await response.clone().json()
  const shown = `${request.method} ${pathname} → ${response.status} ${JSON.stringify(body).slice(0, 500)}`
  expect(response.status, shown).not.toBe(500)
  if (response.status >= 400 && !(response.status === 503 && pathname.endsWith('/health'))) {
    expect(ErrorBody.safeParse(body).error, shown).toBeUndefined()
    return
  }
  const schema = specFor(request.method, pathname)?.answers[response.status as 200]
  expect(schema, `undeclared answer: ${shown}`).toBeDefined()
  expect(schema?.safeParse(body).error, shown).toBeUndefined()
}

/** The row of the table of routes that a path belongs to; literal segments win over parameters. */
export function specFor(method: string, pathname: string) {
  const parts = pathname.replace(/\/$/, '').split('/')
  const fits = (pattern: string[]) =>
    pattern.length === parts.length || pattern.at(-1)?.includes('{.+}')
      ? pattern.every((segment, i) => segment.startsWith(':') || segment === parts[i])
      : false
  const found = Object.keys(routes)
    .filter((key) => key.startsWith(`${method} `) && fits(key.slice(method.length + 1).split('/')))
    .sort((a, b) => a.split(':').length - b.split(':').length)[0]
  return found ? routes[found] : undefined
}

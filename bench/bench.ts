import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { type Client, createClient } from '../app/client/client.ts'
import { openDatabase } from '../db/open.ts'
import { answers, type Runtime, start, stop } from './processes.ts'
import { seedResults } from './seed.ts'

export const TOKEN = 'bench-token-0123456789'

/** A server in its own process. */
export type Running = {
  port: number
  baseUrl: string
  client: Client
  rssMb(): Promise<number>
  stop(): Promise<void>
}

/** Starts the servers of a scenario; `close` ends them all. */
export type Bench = {
  runtime: Runtime
  say(line: string): void
  /** Starts the built server on an empty or seeded database; waits for its first answer. */
  server(results?: number): Promise<Running>
  /** An empty folder for a database. */
  home(): string
  /** The same on a home folder, with more variables of the environment. */
  serverAt(home: string, env?: Record<string, string>): Promise<Running>
  /** The baseline: a bare Hono route, or a bare fan-out of events. */
  yardstick(kind?: 'hono' | 'fan-out'): Promise<Running>
  /** An engine with fixed times in ms; see `generator/engine.ts`. */
  engine(times: { ttftMs: number; spreadMs: number; tpotMs: number }): Promise<Running>
  /** The folder of a shared database with so many results; do not write to it. */
  seeded(results: number): Promise<string>
  close(): Promise<void>
}

/** @param folder the folder for databases */
export function createBench(folder: string, runtime: Runtime, say: (line: string) => void): Bench {
  const running = new Set<Running>()

  const launch = async (file: string, words: (port: number) => string[], env: Record<string, string>) => {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    const child = start(runtime, file, words(port), env)
    const baseUrl = `http://127.0.0.1:${port}`
    const one: Running = {
      port,
      baseUrl,
      client: createClient({ baseUrl, token: TOKEN }),
      rssMb: async () => rssMb(baseUrl),
      async stop() {
        running.delete(one)
        await stop(child)
      },
    }
    running.add(one)
    await answers(port)
    return one
  }

  return {
    runtime,
    say,
    async server(results = 0) {
      return this.serverAt(results > 0 ? await this.seeded(results) : this.home())
    },
    home: () => mkdtempSync(join(folder, 'home-')),
    serverAt(home, more = {}) {
      const flags = ['web', '--insecure', '--host', '127.0.0.1', '--log-level', 'silent']
      const env = { KITT_HOME: home, KITT_AUTH_TOKEN: TOKEN, ...more }
      return launch('../../dist/bin/kitt.js', (port) => [...flags, '--port', String(port)], env)
    },
    yardstick: (kind = 'hono') => launch('./yardstick.js', (port) => [String(port), kind], {}),
    engine: ({ ttftMs, spreadMs, tpotMs }) =>
      launch('./generator/engine.js', (port) => [port, ttftMs, spreadMs, tpotMs].map(String), {}),
    seeded(results) {
      const home = join(folder, `seed-${results}`)
      return seedOnce(home, results, say, () => this.serverAt(home))
    },
    async close() {
      await Promise.all([...running].map((one) => one.stop()))
    },
  }
}

const seeds = new Map<string, Promise<string>>()

function seedOnce(
  folder: string,
  results: number,
  say: (line: string) => void,
  start: () => Promise<Running>,
): Promise<string> {
  const known = seeds.get(folder) ?? seed(folder, results, say).then(() => findSetups(folder, start))
  seeds.set(folder, known)
  return known
}

async function seed(folder: string, results: number, say: (line: string) => void) {
  say(`a database with ${results} results …`)
  const db = await openDatabase({ url: `file:${join(folder, 'kitt.db')}` })
  await seedResults(db.writer, { results })
  await db.writer.execute('PRAGMA wal_checkpoint(TRUNCATE)')
  db.close()
  return folder
}

/** Has a server find the setups of seeded results, which it would do beside what is measured otherwise. */
async function findSetups(folder: string, start: () => Promise<Running>): Promise<string> {
  const one = await start()
  while ((await gauge(one.baseUrl, 'kitt_results_unindexed')) > 0)
    await new Promise((resolve) => setTimeout(resolve, 200))
  await one.stop()
  return folder
}

/** The server's resident memory in MB, from its metrics. */
const rssMb = async (baseUrl: string): Promise<number> =>
  (await gauge(baseUrl, 'kitt_memory_rss_bytes')) / 1e6

async function gauge(baseUrl: string, name: string): Promise<number> {
  const response = await fetch(`${baseUrl}/metrics`, { headers: { Authorization: `Bearer ${TOKEN}` } })
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(await response.text())?.[1]
  if (value === undefined) throw new Error(`The metrics of the server have no ${name}.`)
  return Number(value)
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { judgeSetup } from '../../app/alerts/watch/judge-setup.ts'
import { createApp } from '../../app/app.ts'
import { ConfigSchema } from '../../app/config.ts'
import { createDeps } from '../../app/create-deps.ts'
import type { Deps } from '../../app/deps.ts'
import { takeLease } from '../../app/maintenance/leader.ts'
import { checkpointedDatabase } from '../../app/server/checkpoints/messages.ts'
import { startCheckpoints } from '../../app/server/checkpoints/start.ts'
import { serveCheckpoints } from '../../app/server/checkpoints/thread.ts'
import { createModelDirectory } from '../../app/server/models/directory.ts'
import { createLog, runtime, sha256, version } from '../../app/server/runtime.ts'
import { readIndex } from '../../app/setups/index-state.ts'
import { startIndexer } from '../../app/setups/indexer.ts'
import { openDatabase } from '../../db/open.ts'
import { pause } from '../../lib/pause.ts'
import { thisProgram } from '../../lib/this-program.ts'
import { seedSetups } from './seed.ts'

// Prints what setups cost with many results: to find those of stored results, to judge a run, to read a page.
// Run with: npm run bench:setups -- [results] [setups]

const [results = 100_000, setups = 500] = process.argv.slice(2).map(Number)
const TOKEN = 'bench-token-0123456789'
/** Runs that are judged, each of another setup. */
const JUDGED = 200
/** How many runs came since a late one. */
const LATE_BY = 50

const cpuMs = (since: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

async function openServer(folder: string) {
  const path = join(folder, 'kitt.db')
  const db = await openDatabase({ url: `file:${path}` }, { checkpointsElsewhere: true })
  const config = ConfigSchema.parse({ home: folder, auth_token: TOKEN })
  const log = await createLog('error')
  const openModels = (dir: string) => createModelDirectory({ dir, log })
  const deps = await createDeps({ db, config, sha256, version, runtime, log, openModels })
  const stopCheckpoints = startCheckpoints({ program: thisProgram(), path, writer: deps.writer, log })
  return { deps, app: createApp(deps), db, stopCheckpoints }
}

/** Finds the setups of all results, while the event loop is watched. */
async function find(deps: Deps): Promise<() => void> {
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  const [begun, cpu] = [performance.now(), process.cpuUsage()]
  const stop = startIndexer(deps)
  for (;;) {
    await pause(100)
    const { state, newest } = await readIndex(deps)
    if (state && state.told === newest) break
  }
  const [seconds, used] = [(performance.now() - begun) / 1000, cpuMs(cpu) / 1000]
  delays.disable()
  const turn = `${(delays.percentile(99) / 1e6).toFixed(0)} ms at p99, ${(delays.max / 1e6).toFixed(0)} at most`
  say(`setups of ${results} results found`, `${used.toFixed(1)} s of CPU, ${seconds.toFixed(1)} s`, '60 s')
  say('a turn of the event loop meanwhile', turn, '')
  return stop
}

/** Judges runs of different setups; the rank tells which of a setup's runs, 0 is the last. */
async function judge(deps: Deps, what: string, rank: number): Promise<void> {
  const lease = await takeLease(deps, 'alerts', 'bench', true)
  if (!lease) throw new Error('The lease is held by another.')
  const { rows } = await deps.db.reader.execute(`SELECT id FROM setups ORDER BY id LIMIT ${JUDGED}`)
  const ids = rows.map(({ id }) => String(id))
  await deps.write(async (tx) => {
    for (const id of ids)
      await tx.execute(
        `UPDATE setup_runs SET judged = 0 WHERE setup_id = ?1 AND run_seq =
          (SELECT run_seq FROM setup_runs WHERE setup_id = ?1 ORDER BY at DESC LIMIT 1 OFFSET ?2)`,
        [id, rank],
      )
  })
  // The first have statements to prepare and code to compile.
  for (const id of ids.slice(0, JUDGED / 4)) await judgeSetup(deps, lease, id)
  const cpu = process.cpuUsage()
  const rest = ids.slice(JUDGED / 4)
  for (const id of rest) await judgeSetup(deps, lease, id)
  say(what, `${(cpuMs(cpu) / rest.length).toFixed(2)} ms of CPU`, '5 ms')
}

type App = ReturnType<typeof createApp>

/** The 10th percentile of a hundred calls, against noise of the machine; each asks anew, since answers are kept. */
async function page(app: App, path: string): Promise<void> {
  const taken: number[] = []
  for (let n = 0; n < 100; n++) {
    const begun = performance.now()
    const answer = await app.request(`/api/v1${path.replace('%', String(n))}`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    await answer.text()
    taken.push(performance.now() - begun)
  }
  say(`GET ${path}`, `${(taken.sort((a, b) => a - b)[10] ?? 0).toFixed(2)} ms`, '10 ms')
}

const say = (what: string, value: string, target: string) =>
  console.log(`${what.padEnd(52)}${value.padEnd(34)}${target && `target ${target}`}`)

async function measure(folder: string): Promise<void> {
  const { deps, app, db, stopCheckpoints } = await openServer(folder)
  await seedSetups(db.writer, { results, setups, until: Date.now() - 60_000 })
  const stop = await find(deps)
  await judge(deps, 'a new run judged', 0)
  await judge(deps, `a run judged that came ${LATE_BY} runs late`, LATE_BY)
  const { rows } = await db.reader.execute('SELECT id FROM setups ORDER BY id LIMIT 1')
  const id = String(rows[0]?.['id'])
  await page(app, '/setups?per_page=25&page=1%')
  await page(app, '/setups?q=model-&per_page=25&page=%1')
  await page(app, `/setups/${id}/series?metric=output_tps&since=2001-01-01T00:00:00.0%Z`)
  stop()
  await stopCheckpoints()
  await deps.writer.close()
  db.close()
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kitt-bench-'))
  try {
    await measure(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// As in a server, a thread writes the log of the database back.
const checkpointed = checkpointedDatabase()
if (checkpointed === undefined) await main()
else serveCheckpoints(checkpointed)

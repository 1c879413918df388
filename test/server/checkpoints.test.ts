import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { Log } from '../../app/log.ts'
import { startCheckpoints } from '../../app/server/checkpoints/start.ts'
import { LOG_BYTES, openDatabase } from '../../db/open.ts'
import { settings } from '../../db/schema.ts'
import { Writer } from '../../db/writer.ts'
import { soon } from '../../lib/soon.ts'
import { eventually } from '../_eventually.ts'
import { freshDatabase, temporaryFolder } from '../_setup.ts'

const BUILT = new URL('../../dist/bin/kitt.js', import.meta.url)
const MIB = 1024 * 1024

async function start(given: { program: URL; path?: string; onCommit?: () => void }) {
  const path = await freshDatabase()
  const db = await openDatabase({ url: `file:${path}` }, { checkpointsElsewhere: true })
  const told: string[] = []
  const note = (_: unknown, message?: string) => void told.push(message ?? '')
  const log: Log = { debug: note, info: note, warn: note, error: note }
  const writer = new Writer({
    client: db.writer,
    reconnect: () => db.reconnect(),
    onCommit: given.onCommit ?? (() => {}),
    onEffectError: (error) => told.push(String(error)),
  })
  const stop = startCheckpoints({
    program: given.program,
    path: given.path ?? path,
    writer,
    log,
    everyMs: 10,
  })
  onTestFinished(async () => {
    await writer.close()
    await stop()
    db.close()
  })
  let n = 0
  /** In a turn of its own, as if asked for by a request. */
  const put = async (bytes: number) => {
    await new Promise<void>(soon)
    await writer.run(async (tx) => {
      await tx.orm.insert(settings).values({ key: `k${n++}`, value: 'x'.repeat(bytes), updated_at: 0 })
    })
  }
  return { path, put, told }
}

/** A program that notes what it is asked in a file, beside a log that is longer than the limit. */
function standIn(work: string) {
  const folder = temporaryFolder()
  const [notes, program, path] = ['notes', 'thread.mjs', 'any.db'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(notes, '')
  writeFileSync(`${path}-wal`, '')
  truncateSync(`${path}-wal`, LOG_BYTES + 1)
  writeFileSync(
    program,
    `import { appendFileSync } from 'node:fs'
    import { parentPort } from 'node:worker_threads'
    const note = (text) => appendFileSync(${JSON.stringify(notes)}, text + '\\n')
    let n = 0
    parentPort.on('message', async () => {
      note('begin ' + ++n)
      ${work}
      note('end ' + n)
      parentPort.postMessage({})
    })`,
  )
  const note = (text: string) => appendFileSync(notes, `${text}\n`)
  return { path, program: pathToFileURL(program), note, notes: () => readFileSync(notes, 'utf8') }
}

test('14: writes go on while most of the log is written back, and wait for its last pages', async () => {
  const { note, notes, ...thread } = standIn('await new Promise((resolve) => setTimeout(resolve, 100))')
  const { put } = await start({ ...thread, onCommit: () => note('commit') })
  while (!/end 2\n(commit\n){3}/.test(notes())) await put(1)
  const between = (from: string, to: string) => notes().split(`${from}\n`)[1]?.split(`${to}\n`)[0]
  expect(between('begin 1', 'end 1')).toContain('commit')
  expect(between('begin 2', 'end 2')).toBe('')
})

for (const [how, work] of [
  ['throws', "if (n === 2) throw new Error('amid')"],
  ['ends', 'if (n === 2) process.exit()'],
] as const) {
  test(`14: a thread that ${how} amid its work holds no write, and another one takes its place`, async () => {
    const { note, notes, ...thread } = standIn(work)
    const { put, told } = await start(thread)
    while (!notes().includes('begin 2')) await put(1)
    await Promise.all([put(1), put(1)])
    expect(told.includes('the thread that writes the log of the database back ended')).toBe(how === 'throws')
    writeFileSync(`${thread.path}-wal`, 'x', { flag: 'r+' })
    await eventually(async () => notes().split('begin 1').length === 3)
  })
}

test('14: the log begins anew, although writes never pause', async () => {
  const { path, put, told } = await start({ program: BUILT })
  const size = () => statSync(`${path}-wal`).size
  while (size() <= LOG_BYTES + MIB) await put(MIB)
  while (size() > LOG_BYTES) await put(1)
  expect(told).toEqual([])
})

import { expect, test } from 'vitest'
import { checkDatabase } from '../../db/check.ts'
import { openDatabase } from '../../db/open.ts'
import { sqldBinary } from '../_binaries.ts'
import { temporaryFolder } from '../_setup.ts'
import { eventually, startKitt } from '../e2e/_server.ts'
import { startSqld } from '../e2e/_sqld.ts'

/** Longer than two tries of 4 s: a write that is not too late after the first is tried again. */
const STALL_MS = 14_000

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function world(protocol: Protocol) {
  const folder = temporaryFolder()
  const database = await startSqld(folder)
  const kitt = await startKitt({ home: `${folder}/home`, args: ['--db-url', database[protocol]] })
  const ask = async (method: string, path: string, key?: string) => {
    const headers = { Authorization: `Bearer ${kitt.token}`, ...(key ? { 'Idempotency-Key': key } : {}) }
    const response = await fetch(`${kitt.url}/api/v1${path}`, { method, headers })
    return { status: response.status, body: await response.json() }
  }
  /** Makes an agent as a careful client does: again with the same key until there is an answer. */
  const statuses: number[] = []
  const provision = (key: string) =>
    eventually(async () => {
      const { status } = await ask('POST', '/agents/provision', key)
      statuses.push(status)
      return status === 201 || pause(100).then(() => false as const)
    }, 60)
  const healthy = () => eventually(async () => (await ask('GET', '/health')).status === 200, 30)
  const check = async (agents: number) => {
    expect(await ask('GET', '/agents')).toMatchObject({ status: 200, body: { total: agents } })
    const db = await openDatabase({ url: database.url })
    expect(await checkDatabase(db.read, { now: Date.now() })).toEqual([])
    db.close()
  }
  return { folder, database, ask, provision, statuses, healthy, check }
}

type Protocol = 'url' | 'socket'

// The libSQL server has a package for Linux on x64 alone; over HTTP and over a WebSocket.
const linux = test.skipIf(!sqldBinary()).each<Protocol>(['url', 'socket'])

linux(
  '20, %s: a remote database that restarts: 503 while it is away, then all goes on and nothing is double',
  async (protocol) => {
    const { folder, database, ask, provision, statuses, healthy, check } = await world(protocol)
    await provision('before')
    await database.kill()
    const away = Promise.all(Array.from({ length: 20 }, (_, i) => provision(`away-${i}`)))
    expect(await ask('GET', '/health')).toEqual({
      status: 503,
      body: { status: 'unavailable', error: expect.any(String) },
    })
    expect(await ask('POST', '/agents/virtual')).toEqual({
      status: 503,
      body: { error: expect.stringContaining('Try again') },
    })
    expect(await ask('GET', '/results')).toMatchObject({ status: 503 })
    await startSqld(folder, database.port)
    await healthy()
    await away
    expect(new Set(statuses)).toEqual(new Set([201, 503]))
    await check(21)
  },
)

linux(
  '20, %s: a remote database that stalls for longer than 5 s: 503 meanwhile, then all goes on and nothing is double',
  async (protocol) => {
    const { database, ask, provision, statuses, healthy, check } = await world(protocol)
    const writing = Promise.all(Array.from({ length: 20 }, (_, i) => provision(`early-${i}`)))
    await pause(5)
    database.stop()
    const began = performance.now()
    const answers = Promise.all([ask('GET', '/results'), ask('GET', '/health')])
    const late = Promise.all(Array.from({ length: 20 }, (_, i) => provision(`late-${i}`)))
    for (const { status } of await answers) expect(status).toBe(503)
    expect(performance.now() - began).toBeLessThan(STALL_MS)
    await pause(began + STALL_MS - performance.now())
    database.go()
    await healthy()
    await Promise.all([writing, late])
    expect(statuses.filter((status) => status !== 201 && status !== 503)).toEqual([])
    expect(statuses).toContain(503)
    await check(40)
  },
)

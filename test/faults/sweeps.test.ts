import { count, eq, min } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { retain, watchDatabaseSize } from '../../app/maintenance/retention.ts'
import { attempts, commands, events, idempotencyKeys, settings } from '../../db/schema.ts'
import { createTestApp } from '../_setup.ts'
import { HOUR, MINUTE, withTest } from '../queue/_queue.ts'

const DAY = 24 * HOUR

test('60: idempotency keys, commands and attempts that nobody asks for any more are swept', async () => {
  const { app, host, id, clock } = await withTest('running')
  const { read } = app.deps.db
  // The agent restarted: what it still says of its first attempt is kept apart.
  const [second] = (await host.beat({ uptime_s: 1 })).commands
  await host.log(id, 'late')
  await app.call('POST', `/api/v1/agents/${host.id}/cleanup`, {})
  const wire = second?.test_id ?? ''
  await host.status(wire, 'completed')
  await clock.advance(MINUTE)
  const [other] = (await host.beat({ uptime_s: 61 })).commands
  await host.result(other?.command_id ?? '', {})
  expect(await read.select().from(attempts)).toHaveLength(2)
  expect(await read.select().from(commands)).toHaveLength(1)
  expect(await read.select().from(events).where(eq(events.type, 'stale_log'))).toHaveLength(1)
  const row = { route: 'r', body_digest: 'd', answer: '{}' }
  await app.deps.write((tx) =>
    tx.orm.insert(idempotencyKeys).values({ ...row, key: 'k', created_at: clock.now() }),
  )
  await retain(app.deps)
  expect(await read.select().from(attempts)).toHaveLength(2)
  clock.set(8 * DAY)
  await retain(app.deps)
  const left = await read.select().from(attempts)
  expect(left.map(({ wire_id }) => wire_id)).toEqual([wire])
  expect(await read.select().from(commands)).toEqual([])
  expect(await read.select().from(idempotencyKeys)).toEqual([])
  expect(await read.select().from(events).where(eq(events.type, 'stale_log'))).toEqual([])
})

test('60: what tells of the last commits of servers goes a day after the last', async () => {
  const { deps, clock } = await createTestApp()
  const row = (key: string, days: number) => ({ key, value: '1 0', updated_at: clock.now() - days * DAY })
  await deps.write(async (tx) => {
    await tx.orm.insert(settings).values([row('commit.old', 2), row('commit.new', 0), row('other', 2)])
  })
  await retain(deps)
  const left = await deps.db.read.select({ key: settings.key }).from(settings)
  expect(left.map(({ key }) => key)).toEqual(expect.arrayContaining(['commit.new', 'other']))
  expect(left.map(({ key }) => key)).not.toContain('commit.old')
})

test('60: of idempotency keys the newest hundred thousand stay', async () => {
  const { deps, clock } = await createTestApp()
  const began = clock.now() - 200_000
  await deps.db.writer.execute(`INSERT INTO idempotency_keys (key, route, body_digest, answer, created_at)
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100004)
    SELECT 'key-' || i, 'r', 'd', '{}', ${began} + i FROM n`)
  await retain(deps)
  const [left] = await deps.db.read
    .select({ n: count(), first: min(idempotencyKeys.created_at) })
    .from(idempotencyKeys)
  expect(left).toEqual({ n: 100_000, first: began + 5 })
})

test('60: a database of more than 80 % of its size is warned of, with what to do', async () => {
  const app = await createTestApp({ database_max_mib: 1 })
  const warned = () => app.logged.filter(({ fields }) => 'database_max_mib' in fields)
  await watchDatabaseSize(app.deps)
  const before = warned().length
  await app.deps.db.writer.execute('create table ballast as select zeroblob(2000000) as data')
  await watchDatabaseSize(app.deps)
  expect(warned()).toHaveLength(before + 1)
  expect(warned().at(-1)?.message).toMatch(/kitt db info.*KITT_DATABASE_MAX_MIB/)
})

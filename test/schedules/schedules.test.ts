import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { HOUR, MINUTE, SECOND, told } from '../queue/_queue.ts'
import { nightly, pass, S, scheduled, work } from './_schedules.ts'

const DAY = 24 * HOUR
/** The test clock begins on 2026-01-15 at 12:00 UTC. */
const at = (text: string) => `2026-01-${text}:00.000Z`

test('at its due time a schedule launches its campaign, named after the time, and shows what became of it', async () => {
  const app = await createTestApp()
  const { host, id, runs, so, show } = await scheduled(app)
  expect(await show()).toMatchObject({
    enabled: true,
    next_at: at('16T02:00'),
    next: [16, 17, 18, 19, 20].map((day) => at(`${day}T02:00`)),
    last: null,
    campaign: { name: 'night' },
  })
  await pass(app, 14 * HOUR - MINUTE)
  expect(await runs()).toEqual([])
  await pass(app, MINUTE + 5 * SECOND)
  const [run] = await so(1)
  expect(run).toMatchObject({ due_at: at('16T02:00'), outcome: 'started', by_hand: false })
  const { body } = await app.call('GET', `/api/v1/campaigns/${run?.campaign_id}`)
  expect(body).toMatchObject({ name: 'night 2026-01-16 02:00', total_runs: 1 })
  await work(app, host)
  await expect.poll(async () => (await show()).last.campaign_status).toBe('completed')
  expect((await show()).next_at).toBe(at('17T02:00'))
  expect(await told(app, id, 'schedule_run')).toMatchObject([{ outcome: 'started', name: 'nightly' }])
})

test('while a run goes on the next one is skipped, or waits for its end: one, not more', async () => {
  for (const overlap of ['skip', 'queue']) {
    const app = await createTestApp()
    const { host, runs, so } = await scheduled(app, { cron: '0 * * * *', overlap })
    await pass(app, 10 * SECOND)
    for (const hour of [1, 2, 3]) {
      await pass(app, HOUR)
      await so(hour)
    }
    const outcomes = async () => (await runs()).map(({ outcome }) => outcome).reverse()
    expect(await outcomes()).toEqual(
      overlap === 'skip' ? ['started', 'skipped', 'skipped'] : ['started', 'waiting', 'skipped'],
    )
    expect((await runs()).at(-2)?.reason).toContain('"night 2026-01-15 13:00"')
    await work(app, host)
    await pass(app, 10 * SECOND)
    await expect.poll(async () => (await outcomes())[1]).toBe(overlap === 'skip' ? 'skipped' : 'started')
  }
})

test('due times that passed without a server are noted; the latest is run once, or none', async () => {
  for (const missed of ['run_once', 'skip']) {
    const first = await createTestApp()
    const { id } = await scheduled(first, { missed })
    await first.stop()
    await first.clock.skip(7 * DAY)
    const app = await createTestApp({ dbPath: first.dbPath, clock: first.clock })
    await pass(app, 10 * SECOND)
    await expect.poll(async () => (await app.call('GET', `${S}/${id}/runs`)).body.total).toBe(7)
    const { items } = (await app.call('GET', `${S}/${id}/runs`)).body
    const outcomes = items.map(({ outcome }: { outcome: string }) => outcome)
    const latest = missed === 'run_once' ? 'started' : 'missed'
    expect(outcomes).toEqual([latest, ...Array(6).fill('missed')])
    expect(items[1].reason).toBe('No server ran at this time.')
    expect((await app.call('GET', `${S}/${id}`)).body.next_at).toBe(at('23T02:00'))
  }
})

test('a minutely schedule that was off for a year notes the latest times and goes on', async () => {
  const first = await createTestApp()
  const { id } = await scheduled(first, { cron: '* * * * *' })
  await first.stop()
  await first.clock.skip(365 * DAY)
  const app = await createTestApp({ dbPath: first.dbPath, clock: first.clock })
  await pass(app, 10 * SECOND)
  await expect.poll(async () => (await app.call('GET', `${S}/${id}/runs`)).body.total).toBe(11)
  const { items } = (await app.call('GET', `${S}/${id}/runs`)).body
  expect(items[0]).toMatchObject({ outcome: 'started', due_at: '2027-01-15T12:00:00.000Z' })
})

test('a campaign that cannot be launched is a failed run that says why, and leaves nothing behind', async () => {
  const app = await createTestApp()
  const { id, so, host } = await scheduled(app)
  await app.call('PUT', `${S}/${id}`, { campaign: { ...nightly('').campaign, agent_id: null } })
  await pass(app, 14 * HOUR + 10 * SECOND)
  expect(await so(1)).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('no agent') }])
  expect((await app.call('GET', '/api/v1/campaigns')).body.total).toBe(0)
  await app.call('PUT', `${S}/${id}`, { campaign: nightly(host.id).campaign })
  await pass(app, DAY)
  expect((await so(2))[0]).toMatchObject({ outcome: 'started' })
})

test('a schedule that cannot be read does not keep the others waiting', async () => {
  const app = await createTestApp()
  const { host, so } = await scheduled(app)
  const { body } = await app.call('POST', S, nightly(host.id, { name: 'broken', cron: '0 1 * * *' }))
  await app.deps.db.writer.execute({
    sql: `update schedules set campaign = '{"name":1}' where id = ?`,
    args: [body.id],
  })
  await pass(app, 14 * HOUR + 10 * SECOND)
  expect(await so(1)).toMatchObject([{ outcome: 'started' }])
  expect(app.logged.map(({ message }) => message)).toContain(
    'a schedule was not run; the next look tries again',
  )
})

test('a run without a result that passed is missing once its grace is over', async () => {
  const app = await createTestApp()
  const { id, runs, so } = await scheduled(app, { grace_h: 2 })
  await pass(app, 14 * HOUR + 10 * SECOND)
  await so(1)
  await pass(app, 2 * HOUR - MINUTE)
  expect((await runs())[0]?.outcome).toBe('started')
  await pass(app, 2 * MINUTE)
  await expect.poll(async () => (await runs())[0]?.outcome).toBe('missing')
  expect((await runs())[0]?.reason).toBe('No result that passed came within 2 h.')
  expect((await told(app, id, 'schedule_run')).at(-1)).toMatchObject({ outcome: 'missing' })
})

test('the setups of a schedule are missing once a run brought nothing, until a result comes', async () => {
  const app = await createTestApp()
  const { host, id, so } = await scheduled(app, { grace_h: 2 })
  await pass(app, 14 * HOUR + 10 * SECOND)
  await so(1)
  await work(app, host)
  const states = async () =>
    (await app.call('GET', '/api/v1/setups')).body.items.map(({ state }: { state: string }) => state)
  await expect.poll(states).toEqual(['learning'])
  await pass(app, DAY)
  await so(2)
  await app.call('PUT', `${S}/${id}`, { enabled: false })
  await pass(app, 3 * HOUR)
  await expect.poll(states).toEqual(['missing'])
  await host.beat()
  expect((await app.call('POST', `${S}/${id}/run`)).status).toBe(202)
  await pass(app, 10 * SECOND)
  await work(app, host)
  await expect.poll(states).toEqual(['learning'])
})

test('a result that came in time is not missing', async () => {
  const app = await createTestApp()
  const { host, runs, so } = await scheduled(app, { grace_h: 2 })
  await pass(app, 14 * HOUR + 10 * SECOND)
  await so(1)
  await work(app, host)
  await pass(app, 3 * HOUR)
  expect((await runs())[0]?.outcome).toBe('started')
})

test('a paused schedule runs nothing, also not what was due meanwhile; by hand it runs', async () => {
  const app = await createTestApp()
  const { id, runs, show } = await scheduled(app)
  await app.call('PUT', `${S}/${id}`, { enabled: false })
  await pass(app, 3 * DAY)
  expect(await runs()).toEqual([])
  expect(await show()).toMatchObject({ next_at: null, next: [] })
  const started = await app.call('POST', `${S}/${id}/run`)
  expect(started.status).toBe(202)
  expect(await runs()).toMatchObject([
    { outcome: 'started', by_hand: true, campaign_id: started.body.campaign_id },
  ])
  await app.call('PUT', `${S}/${id}`, { enabled: true })
  await pass(app, MINUTE)
  expect(await runs()).toHaveLength(1)
  expect((await show()).next_at).toBe(at('19T02:00'))
})

test('jitter delays the beginning, the same at each look', async () => {
  const app = await createTestApp()
  const { runs, so, show } = await scheduled(app, { jitter_s: 3600 })
  const { next_at } = await show()
  expect(Date.parse(next_at)).toBeGreaterThan(Date.parse(at('16T02:00')))
  await pass(app, Date.parse(next_at) - app.clock.now() - 10 * SECOND)
  expect(await runs()).toEqual([])
  await pass(app, 20 * SECOND)
  expect(await so(1)).toMatchObject([{ due_at: at('16T02:00'), outcome: 'started' }])
})

test('what is wrong with a calendar is said in a sentence', async () => {
  const app = await createTestApp()
  const wrong = async (body: Record<string, unknown>) => {
    const { status, body: answer } = await app.call('POST', `${S}/preview`, body)
    expect(status).toBe(400)
    return answer.error as string
  }
  expect(await wrong({ cron: '* * * * * *' })).toContain('five fields')
  expect(await wrong({ cron: '__proto__' })).toContain('five fields')
  expect(await wrong({ cron: '61 * * * *' })).toContain('minute')
  expect(await wrong({ cron: '0 0 31 2 *' })).toContain('never comes')
  expect(await wrong({ cron: '0 2 * * *', timezone: 'Mars/Olympus' })).toContain('Europe/Berlin')
  const { body } = await app.call('POST', `${S}/preview`, { cron: '@nightly', timezone: 'Europe/Berlin' })
  expect(body.next[0]).toBe('2026-01-16T01:00:00.000Z')
})

test('names are unique, secrets are masked, an unknown schedule is 404', async () => {
  const app = await createTestApp()
  const { host, id, show } = await scheduled(app)
  expect((await app.call('POST', S, nightly(host.id))).body.error).toContain('exists already')
  const campaign = {
    ...nightly(host.id).campaign,
    config: { ...nightly('').campaign.config, options: { headers: { Authorization: 'Bearer secret-word' } } },
  }
  await app.call('PUT', `${S}/${id}`, { campaign })
  expect(JSON.stringify(await show())).not.toContain('secret-word')
  expect(JSON.stringify(await show())).toContain('[secret:')
  for (const path of ['', '/runs']) expect((await app.call('GET', `${S}/nothing${path}`)).status).toBe(404)
  expect((await app.call('DELETE', `${S}/${id}`)).status).toBe(200)
  expect((await app.call('GET', S)).body.total).toBe(0)
})

import { expect, test } from 'vitest'
import { outcomesOf } from '../../app/schedules/run-verdicts.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import {
  act,
  alertsOf,
  ask,
  DAY,
  detail,
  type Engine,
  type Lab,
  lab,
  MINUTE,
  night,
  pass,
  setupsOf,
  steady,
  testsOf,
} from './_lab.ts'

// Stories in which something happens amid something else.

const SLOW: Engine = { tps: 94, version: '0.12.0' }

/** A host with a history of eight nights on engine 0.11.0. */
async function settledLab() {
  const app = await createTestApp()
  const gpu = await lab(app)
  for (let i = 0; i < 8; i++) await night(app, gpu, { tps: steady(i) })
  return { app, gpu }
}

async function runNow(app: TestApp, gpu: Lab, engine = SLOW, more = {}) {
  await ask(app, gpu, more)
  await gpu.runOne(engine)
}

async function only(app: TestApp) {
  const [alert, ...others] = await alertsOf(app)
  expect(others).toEqual([])
  return detail(app, alert?.id as string)
}

const UPGRADE = { field: 'engine_version', before: '0.11.0', after: '0.12.0' }
const BACK =
  /What changed: engine_version 0\.11\.0 → 0\.12\.0.* Since the run that raised it: engine_version 0\.12\.0 → 0\.11\.0/

test.each([0, 2])(
  'an engine that is put back after %d confirming runs is as before for that reason, and the upgrade stays told',
  async (slow) => {
    const { app, gpu } = await settledLab()
    await runNow(app, gpu)
    await gpu.work((i) => (i < slow ? SLOW : { tps: steady(i) }))
    const { state, reason, differs } = await only(app)
    expect({ state, reason }).toMatchObject({ state: 'cleared', reason: expect.stringMatching(BACK) })
    expect(differs).toContainEqual(UPGRADE)
    expect(reason).not.toContain('Nothing changed')
  },
)

test('an engine that is put back, and as slow, is not why', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu)
  await gpu.work((i) => ({ tps: 94 + i * 0.1 }))
  const { state, reason, differs } = await only(app)
  expect({ state, reason }).toMatchObject({ state: 'environment', reason: expect.stringMatching(BACK) })
  expect(differs).toContainEqual(UPGRADE)
})

test('a driver that is upgraded amid the confirming is told of, as what changed since', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu, { tps: 96 })
  await gpu.work((i) => ({ tps: 90 + i * 0.1, given: { system: { driver_version: '575.10' } } }))
  const { state, reason } = await only(app)
  expect({ state, reason }).toMatchObject({ state: 'environment' })
  expect(reason).toMatch(/Since the run that raised it: driver 570\.86 → 575\.10\./)
  expect(reason).not.toContain('Nothing changed')
})

test('deleting the run that raised an alert closes it also while it is run again; what is slow raises one of its own', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu)
  await gpu.runOne(SLOW)
  await pass(app, 11 * MINUTE)
  const { runs } = await only(app)
  const suspect = runs.find(({ role }: { role: string }) => role === 'suspect')
  await app.call('DELETE', `/api/v1/results/${suspect.result_id}`)
  await pass(app, MINUTE)
  expect(await only(app)).toMatchObject({
    state: 'closed',
    reason: 'The run that raised the suspicion was deleted.',
  })
  expect((await setupsOf(app))[0]).toMatchObject({ state: 'steady' })
  expect((await testsOf(app, gpu)).filter(({ status }) => status === 'queued')).toEqual([])
  await runNow(app, gpu)
  expect(await alertsOf(app, '?open=true')).toMatchObject([{ state: 'confirming' }])
})

test('a run that cannot be repeated any more is given up for that reason, not for its host', async () => {
  const { app, gpu } = await settledLab()
  const profile = await app.call('POST', '/api/v1/engines/profiles', {
    ...{ name: 'vllm 0.12', engine: 'vllm', mode: 'docker' },
    build_config: { image: 'vllm/vllm-openai:v0.12.0' },
  })
  await runNow(app, gpu, SLOW, { profile_id: profile.body.id })
  await gpu.runOne(SLOW)
  expect(await app.call('DELETE', `/api/v1/engines/profiles/${profile.body.id}`)).toMatchObject({
    status: 200,
  })
  await pass(app, 11 * MINUTE)
  await pass(app, 25 * 60 * MINUTE)
  await pass(app, MINUTE)
  const { state, reason } = await only(app)
  expect({ state, reason }).toMatchObject({ state: 'unclear' })
  expect(reason).toMatch(
    /\. Its run cannot be repeated: its engine profile was deleted\. It is looked at again with the next run\.$/,
  )
})

test.each([
  ['confirming', 0],
  ['confirmed', 3],
] as const)(
  'an alert of metrics that are watched no longer is closed, not as before: %s',
  async (_, runs) => {
    const { app, gpu } = await settledLab()
    await runNow(app, gpu)
    await gpu.work(SLOW, runs)
    const [setup] = await setupsOf(app)
    await app.call('PUT', `/api/v1/setups/${setup.id}/rule`, {
      ...{ enabled: true, watch: { 'e2e_latency_ms.p50': { delta: 0.05, margin: 0.05 } } },
      confirm: { runs: 3, spread_s: 600, control: true },
    })
    await gpu.work(SLOW)
    await night(app, gpu, SLOW)
    expect(await only(app)).toMatchObject({
      state: 'closed',
      reason: 'The rule of its setup watches none of its metrics any more.',
    })
    expect((await setupsOf(app))[0]).toMatchObject({ state: 'steady' })
  },
)

test('two setups with one cause, of which only one is slow again: the other is run again itself', async () => {
  const app = await createTestApp()
  const gpu = await lab(app)
  const many = { options: { concurrency: 2 } }
  for (let i = 0; i < 8; i++) {
    await runNow(app, gpu, { tps: steady(i + 3), given: many }, many)
    await night(app, gpu, { tps: steady(i) })
  }
  await ask(app, gpu)
  await ask(app, gpu, many)
  await gpu.runOne({ tps: 96, version: '0.12.0' })
  await gpu.runOne({ tps: 80, version: '0.12.0', given: many })
  expect((await alertsOf(app)).map(({ state }) => state).sort()).toEqual(['confirming', 'suspect'])
  for (let i = 0; i < 10; i++) {
    const next = (await testsOf(app, gpu)).find(({ status }) => status === 'queued')
    const isMany = (next?.options as { concurrency?: number } | null)?.concurrency === 2
    if (next) await gpu.runOne({ version: '0.12.0', ...(isMany ? { tps: 80, given: many } : { tps: 100 }) })
    await pass(app, 15 * MINUTE)
  }
  const found = await alertsOf(app)
  expect(found.map(({ state, confirmed_runs }) => [state, confirmed_runs]).sort()).toEqual([
    ['cleared', 3],
    ['confirmed', 3],
  ])
})

test('a silence until a version that mends it ends with the loss, and one until a version that does not ends at once', async () => {
  for (const [tps, states] of [
    [100, ['silenced', 'silenced', 'resolved']],
    [94, ['confirmed', 'confirmed', 'confirmed']],
  ] as const) {
    const { app, gpu } = await settledLab()
    await runNow(app, gpu)
    await gpu.work(SLOW)
    await act(app, (await only(app)).id, 'silence', { version: '0.12.1', reason: 'fixed upstream' })
    const found: string[] = []
    for (let i = 0; i < 3; i++) {
      await night(app, gpu, { tps: tps + i * 0.1, version: '0.12.1' })
      found.push((await only(app)).state)
    }
    expect(found).toEqual(states)
    await app.stop()
  }
})

test('what was the machine is so again when its silence ends', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu, { tps: 94 })
  await gpu.work({ tps: 94 })
  const { id, reason, state } = await only(app)
  expect(state).toBe('environment')
  const until = new Date(app.clock.now() + DAY).toISOString()
  await act(app, id, 'silence', { until, reason: 'known' })
  await pass(app, DAY + MINUTE)
  expect(await only(app)).toMatchObject({ state, reason })
  expect((await setupsOf(app))[0]).toMatchObject({ state: 'suspect' })
})

test('nightly builds that are all as slow are confirmed, and put down to the first of them', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu)
  await gpu.work({ ...SLOW, fails: 'CUDA out of memory' })
  for (let i = 1; i < 6; i++) await night(app, gpu, { tps: 94 + i * 0.1, version: `0.12.0.dev${i}` })
  const { state, reason, differs } = await only(app)
  expect({ state, reason }).toMatchObject({ state: 'confirmed' })
  expect(differs).toContainEqual(UPGRADE)
})

test('a gain that ends an alert begins a segment with its first run, and with what brought it', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu)
  await gpu.work(SLOW)
  for (let i = 0; i < 5; i++) await night(app, gpu, { tps: 110 + i / 10, version: '0.12.1' })
  expect(await only(app)).toMatchObject({ state: 'resolved' })
  const [setup] = await setupsOf(app)
  const { segments } = (await app.call('GET', `/api/v1/setups/${setup.id}`)).body
  expect(segments).toMatchObject([
    { runs: 12 },
    { runs: 5, reason: expect.stringContaining('What changed: engine_version 0.12.0 → 0.12.1') },
  ])
})

test('a schedule tells of a night what the list of setups tells of its alert, also after it', async () => {
  for (const [made, state] of [
    [{ tps: 94 }, 'environment'],
    [{ tps: 94, fails: 'CUDA out of memory' }, 'unclear'],
  ] as const) {
    const { app, gpu } = await settledLab()
    await runNow(app, gpu, { tps: 94 })
    await gpu.work(made)
    const { runs, ...alert } = await only(app)
    expect(alert.state).toBe(state)
    const suspect = runs.find(({ role }: { role: string }) => role === 'suspect').result_id
    await app.deps.db.writer.execute(`UPDATE runs SET campaign_id = 'night' WHERE id = '${suspect}'`)
    const verdict = async () => (await outcomesOf(app.deps.db.read, ['night'])).get('night')?.verdict
    expect(await verdict()).toBe('suspect')
    for (let i = 0; i < 3; i++) await night(app, gpu, { tps: steady(i) })
    expect((await only(app)).state).toBe('resolved')
    expect(await verdict()).toBe('suspect')
    await app.stop()
  }
})

test('accepting a loss that began after the run that raised its alert begins the segment there, and raises nothing anew', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu, { tps: 94 })
  await gpu.work({ tps: 94, fails: 'CUDA out of memory' })
  for (let i = 0; i < 2; i++) await night(app, gpu, { tps: 100 + i / 10 })
  for (let i = 0; i < 5; i++) await night(app, gpu, { tps: 90 + i * 0.1, version: '0.12.0' })
  const { id, state, began } = await only(app)
  expect({ state, began }).toMatchObject({ state: 'confirmed', began: { at: expect.any(String) } })
  await act(app, id, 'accept')
  await night(app, gpu, { tps: 90.1, version: '0.12.0' })
  expect(await alertsOf(app)).toMatchObject([{ state: 'accepted' }])
  const [setup] = await setupsOf(app)
  expect(setup.metrics.output_tps).toMatchObject({ reference: expect.closeTo(90, 0) })
  const { segments } = (await app.call('GET', `/api/v1/setups/${setup.id}`)).body
  expect(segments).toMatchObject([{ runs: 11 }, { runs: 6, from: began.at }])
})

test('a loss that comes back began anew, not with the one that went away', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu)
  await gpu.work(SLOW)
  for (let i = 0; i < 4; i++) await night(app, gpu, { tps: steady(i) })
  const [first] = await alertsOf(app)
  expect(first).toMatchObject({ state: 'resolved' })
  await runNow(app, gpu)
  await gpu.work(SLOW)
  await pass(app, DAY + MINUTE)
  const [again] = await alertsOf(app, '?open=true')
  const { state, reason, began } = await detail(app, again?.id as string)
  expect({ state, reason }).toMatchObject({
    state: 'confirmed',
    reason: expect.not.stringContaining('It began'),
  })
  expect(began === null || Date.parse(began.at) >= Date.parse(again?.created_at ?? '') - MINUTE).toBe(true)
})

test('a suspicion that its rule did not have run again is not put down to its host', async () => {
  const { app, gpu } = await settledLab()
  const [setup] = await setupsOf(app)
  const rule = (runs: number) => ({
    ...{ enabled: true, watch: { output_tps: { delta: 0.02, margin: 0.03 } } },
    confirm: { runs, spread_s: 600, control: true },
  })
  await app.call('PUT', `/api/v1/setups/${setup.id}/rule`, rule(0))
  await runNow(app, gpu)
  await pass(app, 2 * DAY)
  await app.call('PUT', `/api/v1/setups/${setup.id}/rule`, rule(3))
  await pass(app, MINUTE)
  expect(await only(app)).toMatchObject({
    state: 'suspect',
    reason: 'Not confirmed: it was not run again within a day. It goes on with the next run.',
  })
  await runNow(app, gpu)
  expect(await only(app)).toMatchObject({ state: 'confirming' })
})

test('what was the machine is told of by the runs that a person asks for after its repair', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu, { tps: 92 })
  await gpu.work({ tps: 92 })
  await night(app, gpu, { tps: 92 })
  const { id, state } = await only(app)
  expect(state).toBe('environment')
  await act(app, id, 'confirm', { note: 'a fan was replaced' })
  expect(await gpu.work((i) => ({ tps: steady(i) }))).toBe(3)
  const { reason, ...after } = await only(app)
  expect({ ...after, reason }).toMatchObject({
    state: 'cleared',
    reason: expect.stringMatching(/^Run again 3 times, it is as before/),
  })
  // Those from before the repair are no reference.
  expect((await setupsOf(app))[0].metrics.output_tps).toMatchObject({ reference: expect.closeTo(100, 0) })
})

test('what was called a false alarm is no good run: raised again, it is put down to the same upgrade', async () => {
  const { app, gpu } = await settledLab()
  await runNow(app, gpu)
  await gpu.runOne(SLOW)
  await act(app, (await only(app)).id, 'false-alarm')
  await pass(app, DAY)
  await runNow(app, gpu)
  await gpu.work(SLOW)
  const [again] = await alertsOf(app, '?open=true')
  expect(again).toMatchObject({ state: 'confirmed' })
  expect((await detail(app, again?.id as string)).differs).toContainEqual(UPGRADE)
})

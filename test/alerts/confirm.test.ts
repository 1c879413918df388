import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { agents, alertRuns, quickTests } from '../../db/schema.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import {
  act,
  alertsOf,
  ask,
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

const SLOW: Engine = { tps: 94, version: '0.11.2' }

/** A host with a history of eight nights. */
async function settledLab() {
  const app = await createTestApp()
  const gpu = await lab(app)
  for (let i = 0; i < 8; i++) await night(app, gpu, { tps: steady(i) })
  return { app, gpu }
}

async function slowRun(app: TestApp, gpu: Lab, engine = SLOW, more = {}) {
  await ask(app, gpu, more)
  await gpu.runOne(engine)
}

const only = async (app: TestApp) => {
  const [alert, ...others] = await alertsOf(app)
  expect(others).toEqual([])
  return alert as NonNullable<typeof alert>
}

test('a confirming run waits behind the tests of people, has the options of the suspect run, and comes ten minutes after the one before', async () => {
  const { app, gpu } = await settledLab()
  const options = { requests: 40, concurrency: 8 }
  await slowRun(app, gpu, SLOW, { options })
  const mine = await ask(app, gpu, { benchmark_name: 'latency' })
  const [command] = (await gpu.beat()).commands
  expect(command?.test_id).toBe(mine)
  await gpu.status(mine, 'running')
  await gpu.result(command?.command_id as string)
  expect(await gpu.runOne(SLOW)).toBe(true)
  const queued = async () => (await testsOf(app, gpu)).filter(({ rank }) => rank === 2)
  expect(await queued()).toMatchObject([
    { options, benchmark_name: 'throughput', profile_id: null, status: 'completed' },
  ])
  await pass(app, 9 * MINUTE)
  expect(await queued()).toHaveLength(1)
  await pass(app, 1.1 * MINUTE)
  expect(await queued()).toMatchObject([{}, { options, status: 'queued' }])
  expect(await only(app)).toMatchObject({
    state: 'confirming',
    confirmed_runs: 1,
    reason: 'Run again: 1 of 3 done.',
  })
})

test('a test that confirms keeps its place behind those of people when its agent loses it', async () => {
  const { app, gpu } = await settledLab()
  await slowRun(app, gpu)
  const [command] = (await gpu.beat()).commands
  await gpu.status(command?.test_id as string, 'running')
  await pass(app, MINUTE)
  await gpu.beat({ uptime_s: 1 })
  const [lost] = (await testsOf(app, gpu)).filter(({ rank }) => rank === 2)
  expect(lost).toMatchObject({ status: 'dispatched', attempt: 2, rank: 2 })
})

test('where three runs do not tell, two more do; five that do not either leave it unclear', async () => {
  const { app, gpu } = await settledLab()
  await slowRun(app, gpu)
  const torn = [95, 100.3, 99]
  expect(await gpu.work((n) => ({ tps: torn[n % 3]!, version: '0.11.2' }))).toBe(5)
  const alert = await only(app)
  expect(alert).toMatchObject({ state: 'unclear', confirmed_runs: 5, planned_runs: 5 })
  expect(alert.reason).toMatch(/^5 runs do not tell for certain/)
  expect((await setupsOf(app))[0]).toMatchObject({ state: 'suspect' })
  // Those of every day tell in the end.
  for (let i = 0; i < 6; i++) await night(app, gpu, { ...SLOW, tps: 94 + i * 0.1 })
  expect(await only(app)).toMatchObject({ state: 'confirmed' })
})

test('runs that fail count for nothing: the alert stays unclear and says why', async () => {
  const { app, gpu } = await settledLab()
  await slowRun(app, gpu)
  expect(await gpu.work({ ...SLOW, fails: 'CUDA out of memory' })).toBe(5)
  expect(await only(app)).toMatchObject({
    state: 'unclear',
    reason: 'No confirming run has a result. 5 of 5 came to nothing: CUDA out of memory',
  })
})

test('at most twelve confirming runs a day on a host; an administrator can ask for more', async () => {
  const { app, gpu } = await settledLab()
  await app.deps.write(async (tx) => {
    for (let n = 0; n < 12; n++) {
      const about = { agent_id: gpu.id, agent_name: 'gpu-1', model_path: 'm', engine_name: 'vllm' }
      const rest = { benchmark_name: 'throughput', suite_name: 'quick', engine_mode: 'docker' }
      const at = app.clock.now()
      await tx.orm
        .insert(quickTests)
        .values({ id: `c${n}`, ...about, ...rest, status: 'completed', created_at: at, queued_at: at })
    }
  })
  await slowRun(app, gpu)
  const alert = await only(app)
  await act(app, alert.id, 'false-alarm')
  await app.deps.write(async (tx) => {
    for (let n = 0; n < 12; n++)
      await tx.orm
        .insert(alertRuns)
        .values({ alert_id: alert.id, n: 20 + n, role: 'confirm', test_id: `c${n}`, due_at: 0 })
  })
  await gpu.work(SLOW)
  await slowRun(app, gpu, { tps: 90, version: '0.11.3' })
  const [next] = await alertsOf(app, '?open=true')
  expect(next).toMatchObject({
    state: 'suspect',
    reason: 'Confirming waits: gpu-1 has had 12 confirming runs within a day.',
  })
  expect(await act(app, next?.id as string, 'confirm', { note: 'now' })).toMatchObject({
    status: 200,
    body: { state: 'confirming', planned_runs: 3 },
  })
  expect(await gpu.work({ tps: 90, version: '0.11.3' })).toBe(3)
  expect((await alertsOf(app))[0]).toMatchObject({ state: 'confirmed' })
})

test('a host that is away, or gone, is waited for or named', async () => {
  const { app, gpu } = await settledLab()
  await slowRun(app, gpu)
  await gpu.runOne(SLOW)
  await app.deps.write(async (tx) => void (await tx.orm.delete(agents).where(eq(agents.id, gpu.id))))
  await pass(app, 11 * MINUTE)
  expect((await only(app)).reason).toBe(
    'Run again: 1 of 3 done. Its run cannot be repeated: its agent was deleted.',
  )
  await pass(app, 25 * 60 * MINUTE)
  await pass(app, MINUTE)
  expect(await only(app)).toMatchObject({ state: 'unclear' })
})

test('a test that its host never runs is waited for a day: then the alert says so, and the next run tells', async () => {
  const { app, gpu } = await settledLab()
  await slowRun(app, gpu)
  await gpu.runOne(SLOW)
  await pass(app, 11 * MINUTE)
  // Queued while the host goes away for good: no other host is a substitute.
  const waiting = (await testsOf(app, gpu)).find(({ status }) => status === 'queued')
  expect(waiting).toMatchObject({ rank: 2 })
  await app.deps.write(async (tx) => {
    await tx.orm.update(agents).set({ status: 'offline' }).where(eq(agents.id, gpu.id))
  })
  await pass(app, 23 * 60 * MINUTE)
  expect(await only(app)).toMatchObject({
    state: 'confirming',
    reason: 'Run again: 1 of 3 done. Confirming waits for gpu-1, which is not connected.',
  })
  await pass(app, 2 * 60 * MINUTE)
  await pass(app, MINUTE)
  const given = await only(app)
  expect(given.state).toBe('unclear')
  expect(given.reason).toMatch(
    /^1 run does not tell for certain: output_tps .*\. gpu-1 could not run it for a day\. It is looked at again with the next run\.$/,
  )
  expect(await testsOf(app, gpu)).toContainEqual(
    expect.objectContaining({ id: waiting?.id, status: 'cancelled' }),
  )
  for (let i = 0; i < 2; i++) await night(app, gpu, { ...SLOW, tps: 94 + i * 0.1 })
  expect(await only(app)).toMatchObject({ state: 'confirmed' })
})

test('with no confirming runs in the rule a suspicion stays one, and says so', async () => {
  const { app, gpu } = await settledLab()
  const [setup] = await setupsOf(app)
  await app.call('PUT', `/api/v1/setups/${setup.id}/rule`, {
    ...{ enabled: true, watch: { output_tps: { delta: 0.02, margin: 0.03 } } },
    confirm: { runs: 0, spread_s: 600, control: true },
  })
  await slowRun(app, gpu)
  const alert = await only(app)
  expect(alert).toMatchObject({
    state: 'suspect',
    metric: 'output_tps',
    reason: 'Not confirmed: the rule of this setup asks for no confirming runs.',
  })
  expect(await act(app, alert.id, 'confirm')).toMatchObject({ status: 200, body: { state: 'confirming' } })
})

test('two setups with one cause are confirmed once, and end alike', async () => {
  const app = await createTestApp()
  const gpu = await lab(app)
  const other = { engine_name: 'sglang' }
  for (let i = 0; i < 8; i++) {
    await ask(app, gpu, other)
    await gpu.runOne({ tps: steady(i + 3) })
    await night(app, gpu, { tps: steady(i) })
  }
  await ask(app, gpu, other)
  await ask(app, gpu)
  await gpu.runOne(SLOW)
  await gpu.runOne(SLOW)
  expect((await alertsOf(app)).map(({ state }) => state).sort()).toEqual(['confirming', 'suspect'])
  expect(await gpu.work(SLOW)).toBe(3)
  expect((await alertsOf(app)).map(({ state }) => state)).toEqual(['confirmed', 'confirmed'])
})

test('a profile with the earlier engine is the control, between the confirming runs: if it is as slow, it is the machine', async () => {
  for (const [control, state] of [
    [100, 'confirmed'],
    [94, 'environment'],
  ] as const) {
    const app = await createTestApp()
    const gpu = await lab(app)
    const profile = async (tag: string) =>
      (
        await app.call('POST', '/api/v1/engines/profiles', {
          ...{ name: `vllm ${tag}`, engine: 'vllm', mode: 'docker' },
          build_config: { image: `vllm/vllm-openai:${tag}` },
        })
      ).body.id as string
    const [old, upgraded] = [await profile('v0.11.0'), await profile('v0.11.2')]
    await pass(app, MINUTE)
    for (let i = 0; i < 8; i++) await night(app, gpu, { tps: steady(i) }, { profile_id: old })
    await slowRun(app, gpu, SLOW, { profile_id: upgraded })
    const order: (string | null)[] = []
    for (let n = 0; n < 5; n++) {
      const next = (await testsOf(app, gpu)).find(({ status }) => status === 'queued')
      order.push(next?.profile_id === old ? 'A' : 'B')
      await gpu.runOne(next?.profile_id === old ? { tps: control } : SLOW)
      await pass(app, 15 * MINUTE)
    }
    expect(order).toEqual(['B', 'A', 'B', 'A', 'B'])
    const { id } = await only(app)
    const found = await detail(app, id)
    expect(found.state, found.reason).toBe(state)
    expect(found.runs.filter(({ role }: { role: string }) => role === 'control')).toHaveLength(2)
    if (state === 'environment')
      expect(found.reason).toMatch(/not by its engine: the earlier engine is as slow in the same hour/)
    await app.stop()
  }
})

test('a control on the earlier engine that ran last is no upgrade', async () => {
  const app = await createTestApp()
  const gpu = await lab(app)
  const profile = async (tag: string) => {
    const image = `vllm/vllm-openai:${tag}`
    const about = { name: `vllm ${tag}`, engine: 'vllm', mode: 'docker', build_config: { image } }
    return (await app.call('POST', '/api/v1/engines/profiles', about)).body.id as string
  }
  const [old, upgraded] = [await profile('v0.11.0'), await profile('v0.11.2')]
  await pass(app, MINUTE)
  for (let i = 0; i < 8; i++) await night(app, gpu, { tps: steady(i) }, { profile_id: old })
  await slowRun(app, gpu, SLOW, { profile_id: upgraded })
  for (let n = 0, confirms = 0; n < 7; n++) {
    const next = (await testsOf(app, gpu)).find(({ status }) => status === 'queued')
    const isControl = next?.profile_id === old
    if (!isControl) confirms++
    const failed = confirms > 2 ? { fails: 'out of memory' } : {}
    await gpu.runOne(isControl ? { tps: 100 } : { ...SLOW, ...failed })
    await pass(app, 15 * MINUTE)
  }
  const { differs, reason } = await detail(app, (await only(app)).id)
  expect(differs).toContainEqual({ field: 'engine_version', before: '0.11.0', after: '0.11.2' })
  expect(reason).not.toContain('Nothing changed')
})

test.each([
  [
    90,
    'confirmed',
    /^output_tps is 9.9 % lower .* over 3 runs\. What changed: engine_version 0\.11\.0 → 0\.12\.0/,
  ],
  [
    100,
    'cleared',
    /^Run again 3 times, it is as before: .* What changed: engine_version 0\.11\.0 → 0\.12\.0/,
  ],
] as const)(
  'an engine that is upgraded before it is run again is told of by the new one: %d is %s',
  async (tps, state, reason) => {
    const { app, gpu } = await settledLab()
    await slowRun(app, gpu, { tps: 94, version: '0.11.1' })
    expect(await gpu.work((i) => ({ tps: tps + i * 0.1, version: '0.12.0' }))).toBe(3)
    expect(await only(app)).toMatchObject({
      ...{ state, reason: expect.stringMatching(reason) },
      differs: expect.arrayContaining([{ field: 'engine_version', before: '0.11.0', after: '0.12.0' }]),
    })
  },
)

test('an upgrade amid the confirming counts from there on, and is no change of the machine', async () => {
  const { app, gpu } = await settledLab()
  // A run that is slow by chance, and once more.
  await slowRun(app, gpu, { tps: 96, version: '0.11.0' })
  expect(
    await gpu.work((i) => (i === 0 ? { tps: 96, version: '0.11.0' } : { tps: 90, version: '0.12.0' })),
  ).toBe(4)
  const { state, reason } = await only(app)
  expect({ state, reason }).toMatchObject({ state: 'confirmed' })
  expect(reason).toMatch(/over 3 runs\. What changed: engine_version 0\.11\.0 → 0\.12\.0/)
})

test('an alert that stayed unclear is told of by the runs after an upgrade, on the engine of the last one', async () => {
  const { app, gpu } = await settledLab()
  await slowRun(app, gpu, { tps: 96, version: '0.11.0' })
  expect(await gpu.work({ tps: 96, version: '0.11.0', fails: 'CUDA out of memory' })).toBe(5)
  await night(app, gpu, { tps: 100.2, version: '0.11.0' })
  expect(await only(app)).toMatchObject({ state: 'unclear' })
  for (let i = 0; i < 4; i++) await night(app, gpu, { tps: 90 + i * 0.1, version: '0.12.0' })
  const { state, reason } = await only(app)
  expect({ state, reason }).toMatchObject({ state: 'confirmed' })
  expect(reason).toMatch(/over [34] runs\. What changed: engine_version 0\.11\.0 → 0\.12\.0/)
  expect(reason).not.toContain('Nothing changed')
})

test('runs made before an upgrade are not weighed with those after it', async () => {
  const { app, gpu } = await settledLab()
  await slowRun(app, gpu)
  const torn = [95, 100.3, 99]
  expect(await gpu.work((n) => ({ tps: torn[n % 3]!, version: '0.11.2' }))).toBe(5)
  expect(await only(app)).toMatchObject({ state: 'unclear' })
  for (let i = 0; i < 5; i++) await night(app, gpu, { tps: 90 + i * 0.1, version: '0.12.0' })
  const { state, reason } = await only(app)
  expect({ state, reason }).toMatchObject({ state: 'confirmed' })
  expect(reason).toMatch(/: 90\.\d tok\/s instead of .* over [2-4] runs\. What changed: engine_version/)
})

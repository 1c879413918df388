import { expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../_setup.ts'
import { alertsOf, ask, detail, type Engine, type Lab, lab, night, steady } from './_lab.ts'

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

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { runKitt, startKitt } from './_server.ts'

test('kitt demo --regression: from an empty home to a confirmed alert that names what changed and by how much', async () => {
  const home = mkdtempSync(join(tmpdir(), 'kitt-regression-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  const server = await startKitt({ home })
  const demo = await runKitt(['demo', '--regression'], { env: { KITT_HOME: home } })
  expect(demo, demo.stderr).toMatchObject({ code: 0 })
  expect(demo.stderr).toMatch(/Its engine is simulated/)
  expect(demo.stderr).toMatch(/suspect: .*What changed: engine_version 1\.0 → 1\.1/)
  expect(demo.stderr).toMatch(/confirming: Run again: 1 of 3 done/)
  expect(demo.stdout).toMatch(/SIMULATED/)
  expect(demo.stdout).toMatch(/state +confirmed/)
  expect(demo.stdout).toMatch(/engine_version +1\.0 → 1\.1/)
  const id = /\/alerts\/(\w+)/.exec(demo.stdout)?.[1] as string
  expect(demo.stdout).toContain(`See it: ${server.url}/alerts/${id}`)
  const alert = await (await server.client.api.v1.alerts[':id'].$get({ param: { id } })).json()
  expect(alert).toMatchObject({ state: 'confirmed', confirmed_runs: expect.any(Number) })
  expect(alert.confirmed_runs).toBeGreaterThanOrEqual(3)
  for (const { delta_pct } of alert.metrics) expect(Math.abs(delta_pct)).toBeGreaterThan(5)
})

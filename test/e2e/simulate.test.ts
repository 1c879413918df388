import { expect, test } from 'vitest'
import { temporaryFolder } from '../_setup.ts'
import { runKitt } from './_server.ts'
import { startSimulator } from './_simulator.ts'

/** Measures a simulated engine of 20 ms a token, as a person does. */
async function measured(...args: string[]) {
  const url = await startSimulator(['--ttft', '5', '--tpot', '20', ...args])
  const options = ['--requests', '1', '--warmup', '0', '--output-tokens', '6', '--json']
  const run = await runKitt(['run', '--url', url, '--model', 'm', ...options], { cwd: temporaryFolder() })
  expect(run.code, run.stderr).toBe(0)
  return JSON.parse(run.stdout)
}

test('kitt simulate --slow is slower by the share that it says, from its time on, and --engine-version is told', async () => {
  const past = new Date(Date.now() - 60_000).toISOString()
  const later = new Date(Date.now() + 3_600_000).toISOString()
  const [slow, slowSince, notYet] = await Promise.all([
    measured('--slow', '90%', '--engine-version', '1.2.3'),
    measured('--slow', `90%@${past}`),
    measured('--slow', `90%@${later}`),
  ])
  // 90 % of its speed lost: ten times as long. A timer is late on a busy machine, and never early.
  const tpot = ({ results }: { results: { metrics: { tpot_ms: { p50: number } } }[] }) =>
    results[0]?.metrics.tpot_ms.p50
  expect(tpot(slow)).toBeGreaterThan(195)
  expect(tpot(slowSince)).toBeGreaterThan(195)
  expect(tpot(notYet)).toBeLessThan(150)
  expect(slow).toMatchObject({ simulated: true, engine_version: '1.2.3' })
})

test('a slowdown that is none is refused in a sentence', async () => {
  for (const slow of ['8', '100%', '8%@tomorrow']) {
    const run = await runKitt(['simulate', '--slow', slow], { cwd: temporaryFolder() })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('It must be like 8% or 8%@2026-12-01T00:00:00Z.')
  }
})

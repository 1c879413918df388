import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { expect, test } from 'vitest'
import { serverOfFile } from './_cli.ts'
import { NOISE, storing, times } from './_runs.ts'

const server = serverOfFile('--insecure')
const { home, run, json } = server
const { store, setupOf } = storing(server)
const other = (model: string) => ({ rest: { model } })

/** Runs a command that must succeed. @returns its stdout */
async function ok(...args: string[]): Promise<string> {
  const ran = await run(...args)
  expect(ran.code, `${args.join(' ')}: ${ran.stderr}`).toBe(0)
  return ran.stdout
}

test('setups are listed, and shown with key, segments and recent values', async () => {
  await store([...NOISE, 777], other('shown'))
  await store([1], { ...other('shown'), passed: false })
  const id = await setupOf('shown')
  const list = await ok('setups', 'list', '--model', 'shown')
  expect(list).toMatch(new RegExp(`^${id} +\\w+ +shown · vllm`, 'm'))
  expect((await json('setups', 'list', '--model', 'nothing')).items).toEqual([])
  const shown = await ok('setups', 'show', id)
  expect(shown).toMatch(/^GPU +NVIDIA H100/m)
  expect(shown).toMatch(/^concurrency +8$/m)
  expect(shown).toMatch(/^output_tps +tok\/s +higher +777 /m)
  expect(shown).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d +now +8 +/m)
  expect(shown).toMatch(/ 1 +[0-9a-f]{16} +it failed$/m)
  const whole = await json('setups', 'show', id, '--metric', 'ttft_ms.p95')
  expect(whole).toMatchObject({ id, series: [{ metric: 'ttft_ms.p95', unit: 'ms' }] })
  expect(await run('setups', 'show', 'nothing')).toMatchObject({
    ...{ code: 1, stdout: '', stderr: 'kitt: There is no setup "nothing". "kitt setups list" shows all.\n' },
  })
})

test('results are judged against results, a baseline or the runs before; the exit code is 0 all the same', async () => {
  const base = await store(NOISE, other('judged'))
  const slower = await store(times(0.9), other('judged'))
  await ok('baselines', 'set', 'judged', ...base)
  for (const against of [base, ['baseline:judged'], ['last:6'], [`setup:${await setupOf('judged')}`]]) {
    const said = await ok('results', 'judge', ...slower, '--against', ...against)
    expect(said, against[0]).toMatch(/^output_tps +tok\/s +1,000 +9\d\d .* −10 % .* worse$/m)
    expect(said).toMatch(/^worse: output_tps −10 %, total_tps −10 %$/m)
  }
  const found = await json('results', 'judge', ...slower, '--against', 'last:6', '--metric', 'output_tps')
  expect(found).toMatchObject({ metrics: [{ name: 'output_tps' }], summary: { verdict: 'worse' } })
  expect((await run('results', 'judge', ...slower)).code).toBe(2)
  expect((await run('results', 'judge', ...slower, '--against', 'last:x')).code).toBe(2)
  const compared = await run('results', 'compare', base[0] as string, slower[0] as string)
  expect(compared.stdout).toMatch(/output_tps .* 1,000 \* +900 \(−10 %\) worse/)
})

test('baselines are set, listed, shown and deleted', async () => {
  const ids = await store(NOISE, other('named'))
  const setup = await setupOf('named')
  expect(await run('baselines', 'set', 'v 1', ...ids, '--note', 'release')).toMatchObject({
    ...{ code: 0, stdout: '', stderr: 'v 1 points to 6 results with 6 valid runs.\n' },
  })
  await ok('baselines', 'set', 'main', '--setup', setup)
  const list = await ok('baselines', 'list')
  expect(list).toMatch(/^v 1 +6 results +6 +.* release$/m)
  expect(list).toMatch(new RegExp(`^main +setup ${setup} from \\d{4}-.* 6 `, 'm'))
  expect(await ok('baselines', 'show', 'main')).toMatch(/^runs +6$/m)
  expect(await json('baselines', 'show', 'v 1')).toMatchObject({ ids, note: 'release' })
  expect(await run('results', 'rm', ids[0] as string)).toMatchObject({
    ...{ code: 1, stderr: expect.stringContaining('The baseline "v 1" names this result') },
  })
  expect((await run('baselines', 'set', 'x')).code).toBe(2)
  expect((await run('baselines', 'set', 'x', ...ids, '--setup', setup)).code).toBe(2)
  expect(await json('baselines', 'rm', 'v 1', 'main')).toEqual({ deleted: ['v 1', 'main'] })
  expect(await run('baselines', 'show', 'main')).toMatchObject({
    ...{ code: 1, stderr: expect.stringMatching(/no baseline "main"/) },
  })
})

/** Puts a confirmed alert into the database, as the watch would. */
async function alertOf(setup_id: string, id: string) {
  const database = createClient({ url: `file:${join(home(), 'kitt.db')}` })
  const metrics = { output_tps: { reference: 1000, value: 940, delta_pct: -6, ci95: [0.93, 0.95], p: 0.001 } }
  const differs = [{ field: 'engine_version', before: '0.11.0', after: '0.11.2' }]
  await database.execute({
    sql: `INSERT INTO alerts (id, setup_id, state, cause, metric, delta_pct, metrics, differs, reason, from_at, created_at, updated_at)
      VALUES (?, ?, 'confirmed', 'c', 'output_tps', -6, ?, ?, 'three of three runs were slow', 0, 0, 0)`,
    args: [id, setup_id, JSON.stringify(metrics), JSON.stringify(differs)],
  })
  database.close()
}

test('alerts are listed and shown, and people take their steps', async () => {
  await store(NOISE, other('alerted'))
  const setup = await setupOf('alerted')
  await alertOf(setup, 'a1')
  expect(await ok('alerts', 'list', '--state', 'confirmed')).toMatch(
    /^a1 +confirmed +output_tps −6 % +alerted/m,
  )
  expect((await json('alerts', 'list', '--state', 'cleared')).items).toEqual([])
  const shown = await ok('alerts', 'show', 'a1')
  expect(shown).toMatch(/^changed +engine_version 0\.11\.0 → 0\.11\.2/)
  expect(shown).toMatch(/^reason +three of three runs were slow$/m)
  await ok('alerts', 'ack', 'a1', '--note', 'on it')
  expect((await json('alerts', 'show', 'a1')).state).toBe('acknowledged')
  expect(await ok('alerts', 'show', 'a1')).toMatch(/^acknowledged .* on it$/m)
  expect((await run('alerts', 'silence', 'a1', '--reason', 'x')).code).toBe(2)
  expect(await json('alerts', 'silence', 'a1', '--until', '2030-01-01', '--reason', 'known')).toEqual({
    ...{ ids: ['a1'], step: 'silence' },
  })
  await ok('alerts', 'resolve', 'a1')
  expect((await json('alerts', 'show', 'a1')).state).toBe('resolved')
  const late = await run('alerts', 'ack', 'a1')
  expect(late).toMatchObject({ code: 1, stdout: '' })
  expect(late.stderr).toMatch(/^kitt: \S/)
  expect(await run('alerts', 'false-alarm', 'nothing')).toMatchObject({ code: 1 })
})

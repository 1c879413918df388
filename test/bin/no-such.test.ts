import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { beforeAll, expect, test } from 'vitest'
import { timeAgo } from '../../bin/terminal/time.ts'
import { measured } from '../setups/_document.ts'
import { serverOfFile } from './_cli.ts'

const { home, run } = serverOfFile('--insecure')

beforeAll(async () => {
  mkdirSync(join(home(), 'kitt-results'))
  writeFileSync(join(home(), 'kitt-results/metrics.json'), JSON.stringify(measured(100)))
  await run('results', 'import', 'kitt-results')
  await run('agents', 'virtual', 'sim-1')
})

test('a list of results with what none has is refused with what was meant', async () => {
  for (const [args, said] of [
    [['--sort', 'metric:output_tpss'], 'No result has the metric "output_tpss". Did you mean "output_tps"?'],
    [['--sort', '-metric:speed'], 'No result has the metric "speed".'],
    [['--tag', 'nosuch'], 'No result has the tag "nosuch".'],
  ] as const)
    expect(await run('results', 'list', ...args)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `kitt: ${said}\n`,
    })
  const sorted = await run('results', 'list', '--sort', '-metric:output_tps')
  expect(sorted).toMatchObject({ code: 0, stderr: expect.stringContaining('1 of 1') })
  const elsewhere = await run('results', 'list', '--sort', 'metric:output_tpss', '--failed')
  expect(elsewhere).toMatchObject({ code: 0, stdout: '' })
})

test('a metric that no result has is no empty column', async () => {
  const csv = ['results', 'export', '--format', 'csv', '--metric']
  expect(await run(...csv, 'output_tpss')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'kitt: No result has the metric "output_tpss". Did you mean "output_tps"?\n',
  })
  expect(await run(...csv, 'output_tps')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('output_tps'),
  })
})

test('results that passed and failed are asked for in vain', async () => {
  expect(await run('results', 'list', '--passed', '--failed')).toMatchObject({
    code: 2,
    stderr: 'kitt: No result passed and failed: give --passed or --failed.\n',
  })
})

test('a bare number is no time, and a year is one', () => {
  for (const text of ['7', '30', '20260131']) expect(() => timeAgo(text), text).toThrow(InvalidArgumentError)
  expect(() => timeAgo('7')).toThrow('A number needs a unit: 7d, 7h or 7m.')
  expect(timeAgo('2026')).toBe('2026')
  expect(timeAgo('2026-01-31')).toBe('2026-01-31')
})

test('an audit without entries says which actions and actors there are', async () => {
  expect(await run('audit', '--action', 'campaign')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^kitt: No entry has the action "campaign"\. Did you mean "campaigns"\? There are agents, .*campaigns, .*tokens/,
    ),
  })
  expect(await run('audit', '--actor', 'nosuch')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'kitt: No entry has the actor "nosuch". There are admin, anonymous.\n',
  })
  // What there is and was not done is no error.
  for (const args of [
    ['--action', 'campaigns'],
    ['--action', 'setups.rule'],
    ['--actor', 'anonymous'],
  ])
    expect(await run('audit', ...args)).toMatchObject({ code: 0, stdout: '' })
})

test('a webhook for what there is not warns that it is told of nothing', async () => {
  const add = (name: string, ...args: string[]) =>
    run('webhooks', 'add', name, '--url', 'https://ci.lan/kitt', ...args)
  expect((await add('one', '--agent', 'sim-11', '--model', 'nosuchm')).stderr).toMatch(
    /^Warning: there is no agent "sim-11", so nothing is told of it\. Did you mean "sim-1"\?\nWarning: no result has the model "nosuchm" so far\.\n/,
  )
  expect((await add('two', '--agent', 'sim-1')).stderr).not.toContain('Warning')
})

test('a campaign that would run nothing is not valid, and what it lacks is said', async () => {
  const validate = (text: string) => {
    writeFileSync(join(home(), 'none.yaml'), `agent: sim-1\n${text}`)
    return run('campaign', 'validate', '-f', 'none.yaml')
  }
  expect(await validate('models: []\nengines: [{ name: simulated }]\n')).toMatchObject({
    code: 1,
    stderr: 'kitt: none.yaml would run nothing: it has no models.\n',
  })
  expect(await validate('models: []\nengines: []\n')).toMatchObject({
    code: 1,
    stderr: 'kitt: none.yaml would run nothing: it has no models and no engines.\n',
  })
  expect(await validate('runs: [{ model: m, engine: simulated }]\n')).toMatchObject({ code: 0 })
})

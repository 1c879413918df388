import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ApiError } from '../../app/client/client.ts'
import { programFor } from '../../bin/program.ts'
import { blamingOption } from '../../bin/terminal/process.ts'
import { freePort, PROGRAM } from '../e2e/_server.ts'
import { serverOfFile } from './_cli.ts'

const { home, run, json } = serverOfFile('--insecure')

test('what is used wrongly is one line with what to say instead, and exit 2', async () => {
  await run('agents', 'virtual', 'sim-1')
  await run('profiles', 'create', 'p', '--engine', 'vllm', '--url', 'http://localhost:8001')
  writeFileSync(
    join(home(), 'sweep.yaml'),
    'agent: sim-1\nmodels: [{ name: m }]\nengines: [{ name: simulated }]\n',
  )
  const schedule = ['schedules', 'create', '-f', 'sweep.yaml', '--cron']
  for (const [words, said] of [
    [['results', 'compare', '4f0c9a3be1d27586'], 'Name at least two results.'],
    [['results', 'import'], 'Name the files or folders to import'],
    [['results', 'import', 'sweep.yaml', '--measured-at', 'foo'], 'must be a time such as 2026-01-31'],
    [['results', 'list', '--sort', 'foo'], 'kitt: --sort must be'],
    [['profiles', 'change', 'p'], 'Name what to change'],
    [[...schedule, '@nightly', '--overlap', 'foo'], 'Possible: skip, queue.'],
    [[...schedule, '@nightly', '--missed', 'foo'], 'Possible: skip, run_once.'],
    [[...schedule, '@nightly', '--jitter', '5000'], 'kitt: --jitter must be'],
    [[...schedule, '@nightly', '--timezone', 'Mars'], 'kitt: --timezone "Mars" is no time zone'],
    [[...schedule, '@fortnightly'], 'such as "0 2 * * *", or be @nightly'],
    [['token', 'create', '--name', 'n', '--scope', 'read', '--expires', '5'], 'such as 30d'],
    [['token', 'create', '--name', 'n', '--scope', 'read', '--expires', '2020-01-31'], 'a time to come'],
  ] as const) {
    const ran = await run(...words)
    expect(ran, words.join(' ')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(said) })
  }
  expect((await json('schedules', 'list')).total).toBe(0)
})

test('a refusal is blamed on an option only if that was given', async () => {
  const command = (await programFor('results')).commands[0]?.commands.find((one) => one.name() === 'list')
  const refusal = (field: string) => new ApiError(400, { error: `${field}: must be other` }, null)
  command?.parseOptions(['--sort', 'foo'])
  expect(blamingOption(refusal('sort'), command)).toMatchObject({
    name: 'UsageError',
    message: '--sort must be other',
  })
  for (const error of [
    refusal('limit'),
    refusal('models'),
    new ApiError(404, { error: 'sort: there is none' }, null),
    new ApiError(400, { error: 'The test has ended.' }, null),
    new Error('sort: broke'),
  ])
    expect(blamingOption(error, command)).toBe(error)
})

test('the page is opened only where a server answers', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`
  expect(await run('open', '--server', nowhere)).toEqual({
    code: 1,
    stdout: '',
    stderr: `kitt: There is no server at ${nowhere}. Start one with "kitt web", or give its URL with --server.\n`,
  })
  expect(await run('open')).toMatchObject({ code: 0 })
})

test.skipIf(!existsSync('/dev/full'))('output that cannot be written is one line and exit 1', async () => {
  for (const words of [
    ['agents', 'list'],
    ['results', 'export', '--format', 'csv'],
  ]) {
    const [command, program] = PROGRAM
    const full = openSync('/dev/full', 'w')
    const env = { PATH: process.env['PATH'] ?? '', KITT_HOME: home() }
    const { status, stderr } = spawnSync(command, [program, ...words], {
      env,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    })
    closeSync(full)
    expect({ status, stderr }, words.join(' ')).toEqual({
      status: 1,
      stderr: 'kitt: The output cannot be written: ENOSPC.\n',
    })
  }
})

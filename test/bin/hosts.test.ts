import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { eventually } from '../_eventually.ts'
import { serverOfFile } from './_cli.ts'

const { home, run, json } = serverOfFile('--insecure')

const measure = (agent: string) =>
  json('quicktest', 'run', '--agent', agent, '--model', 'm', '--option', 'requests=8', '--follow')

test('what was measured on several hosts is told apart by their names, and its times are alike', async () => {
  await run('agents', 'virtual', 'sim-1')
  await run('agents', 'virtual', 'sim-2')
  const { result_id } = await measure('sim-1')
  const listed = async () => (await run('setups', 'list')).stdout
  await eventually(async () => (await json('setups', 'list')).total === 1)
  expect(await listed()).not.toContain('sim-1')
  await measure('sim-2')
  await eventually(async () => (await json('setups', 'list')).total === 2)
  const table = await listed()
  expect(table).toMatch(/^id +state +setup +agent +runs /)
  for (const name of ['sim-1', 'sim-2']) expect(table).toMatch(new RegExp(` ${name} +1 `))

  const [setup] = (await json('setups', 'list')).items
  expect(JSON.stringify(await json('setups', 'show', setup.id))).toContain('"omitted":[]')
  expect((await run('setups', 'show', setup.id)).stdout).not.toContain('[]')

  const shown = (await run('results', 'show', result_id)).stdout
  expect(shown).toMatch(/^agent +sim-1$/m)
  for (const time of ['timestamp', 'received_at'])
    expect(shown).toMatch(new RegExp(`^${time} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d$`, 'm'))

  writeFileSync(
    join(home(), 'draft.yaml'),
    'agent: sim-2\nmodels: [{ name: m }]\nengines: [{ name: simulated }]\n',
  )
  const { id } = await json('campaign', 'create', '-f', 'draft.yaml')
  expect((await run('campaign', 'show', id)).stdout).toMatch(/^agent +sim-2$/m)
})

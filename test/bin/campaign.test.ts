import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TestApp } from '../_setup.ts'
import { fakeAgent } from '../campaigns/_fleet.ts'
import { serverOfFile } from './_cli.ts'

const { home, url, run, json } = serverOfFile('--insecure')
const put = (name: string, text: string) => writeFileSync(join(home(), name), text)
const yaml = `name: first sweep
agent: sim-1
models:
  - { name: a-model, path: /models/a }
engines: [{ name: simulated }]
benchmarks: [throughput]
options: { requests: 8 }
`

test('a campaign from a YAML file is launched and watched to its end, its log and counts are shown', async () => {
  await run('agents', 'virtual', 'sim-1')
  put('sweep.yaml', yaml)
  const ran = await run('campaign', 'create', '-f', 'sweep.yaml', '--watch')
  expect(ran, ran.stderr).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/1 of 1 run succeeded\.\nIts runs .*: kitt campaign show [0-9a-f]{16}\n$/),
  })
  expect(ran.stdout).toMatch(/launched: 1 run[\s\S]*a-model/)
  const { items, total } = await json('campaign', 'list', '--status', 'completed')
  expect({ items, total }).toMatchObject({ total: 1, items: [{ name: 'first sweep', succeeded: 1 }] })
  expect((await run('campaign', 'list')).stdout).toMatch(/first sweep +completed +1 +1 +0/)

  const [{ id }] = items
  const shown = await run('campaign', 'show', id)
  expect(shown.stdout).toMatch(
    /^ *1 +a-model +simulated +throughput +completed +sim-1 +[\d.,]+ tok\/s +[0-9a-f]{16}$/m,
  )
  expect(await json('campaign', 'show', id)).toMatchObject({
    config: { models: [{ name: 'a-model' }] },
    runs: [{ idx: 0 }],
  })
  // Watching what has ended prints the same log, and launching it again is refused.
  const again = await run('campaign', 'watch', id)
  expect(again).toMatchObject({ code: 0, stdout: ran.stdout })
  expect(await run('campaign', 'launch', id)).toMatchObject({ code: 1, stdout: '' })
})

test('the list says of what has ended how many runs did not, and its status finds it', async () => {
  put('skips.yaml', yaml.replace('{ name: simulated }', '{ name: simulated }, { name: vllm }'))
  expect((await run('campaign', 'create', '-f', 'skips.yaml', '--watch')).stderr).toContain('1 skipped')
  for (const filter of [[], ['--status', 'completed']])
    expect((await run('campaign', 'list', ...filter)).stdout).toMatch(/ completed, 1 of 2 skipped +2 +1 +0 /)
  const [{ id }] = (await json('campaign', 'list')).items
  await run('campaign', 'rm', id)
})

test('a campaign is copied, made from results, validated and removed', async () => {
  const [{ id }] = (await json('campaign', 'list')).items
  const copy = (await run('campaign', 'copy', id, '--name', 'again')).stdout.trim()
  expect(await json('campaign', 'show', copy)).toMatchObject({
    name: 'again',
    status: 'draft',
    total_runs: 1,
  })
  const [{ result_id }] = (await json('campaign', 'show', id)).runs
  const made = await json('campaign', 'again', result_id, '--name', 'measured again')
  expect(made).toMatchObject({ runs: 1, left_out: [] })
  expect(await json('campaign', 'show', made.id)).toMatchObject({
    runs: [{ model: 'a-model', model_path: '/models/a' }],
  })
  expect(await run('campaign', 'validate', '-f', 'sweep.yaml')).toMatchObject({
    code: 0,
    stderr: 'sweep.yaml is valid: 1 run on sim-1.\n',
  })
  expect(await json('campaign', 'rm', copy, made.id)).toEqual({ removed: [copy, made.id] })
  expect((await json('campaign', 'list')).total).toBe(1)
})

test('a file names engine profiles as people do: by name, whichever key it uses', async () => {
  const { id } = await json(
    'profiles',
    'create',
    'tiny',
    '--engine',
    'llama_cpp',
    '--url',
    'http://localhost:9100',
  )
  put(
    'profiles.yaml',
    `agent: sim-1
models: [{ name: m }]
engines: [{ name: llama_cpp, profile: tiny }]
runs: [{ model: m, engine: llama_cpp, profile_id: tiny }, { model: m, engine: llama_cpp, profile_id: ${id} }]
`,
  )
  const campaign = (await run('campaign', 'create', '-f', 'profiles.yaml')).stdout.trim()
  const { engines, runs } = (await json('campaign', 'show', campaign)).config
  expect([...engines, ...runs].map(({ profile_id }) => profile_id)).toEqual([id, id, id])
  expect(await json('campaign', 'rm', campaign)).toEqual({ removed: [campaign] })
  put(
    'profiles.yaml',
    'agent: sim-1\nmodels: [{ name: m }]\nengines: [{ name: llama_cpp, profile_id: tinny }]\n',
  )
  const wrong = await run('campaign', 'create', '-f', 'profiles.yaml')
  expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/tinny/) })
  // What is no name is not left out in silence.
  put('profiles.yaml', 'agent: sim-1\nmodels: [{ name: m }]\nengines: [{ name: llama_cpp, profile_id: 5 }]\n')
  const number = await run('campaign', 'create', '-f', 'profiles.yaml')
  expect(number).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/profile_id/) })
})

test('two loads of a model are told apart', async () => {
  const runs = [4, 16].map((concurrency) => ({
    model: 'm',
    engine: 'simulated',
    benchmark: 'load',
    options: { requests: 8, concurrency },
  }))
  put('loads.json', JSON.stringify({ agent: 'sim-1', runs }))
  const { id } = await json('campaign', 'create', '-f', 'loads.json')
  const { stdout } = await run('campaign', 'show', id)
  expect(stdout).toMatch(/^ *1 +m +simulated +load, concurrency 4 /m)
  expect(stdout).toMatch(/^ *2 +m +simulated +load, concurrency 16 /m)
  expect(stdout).not.toContain('time left')
})

test('a campaign names the benchmark that runs: with a load mode it is load', async () => {
  put(
    'load.yaml',
    'agent: sim-1\nmodels: [{ name: m }]\nengines: [{ name: simulated }]\noptions: { mode: sweep }\n',
  )
  const id = (await run('campaign', 'create', '-f', 'load.yaml')).stdout.trim()
  expect((await run('campaign', 'show', id)).stdout).toMatch(/^ *1 +m +simulated +load +/m)
  expect(await json('campaign', 'rm', id)).toEqual({ removed: [id] })
})

test('a JSON file with its own config is taken as the API takes it; flags win over the file', async () => {
  const { items } = await json('agents', 'list')
  const config = { models: [{ name: 'm' }], engines: [{ name: 'simulated' }], note: 'kept' }
  put('own.json', JSON.stringify({ name: 'own', agent_id: items[0].id, config }))
  const { id } = await json('campaign', 'create', '-f', 'own.json', '--name', 'other')
  expect(await json('campaign', 'show', id)).toMatchObject({
    name: 'other',
    status: 'draft',
    agent_id: items[0].id,
    config,
  })
})

/** An agent of the server, without an engine of its own. */
async function agentNamed(name: string) {
  const { token } = await json('agents', 'provision', name)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(url() + path, { method, headers, body: JSON.stringify(body) })
    return { status: answer.status, body: await answer.json(), headers: answer.headers }
  }
  const agent = await fakeAgent({ call } as unknown as TestApp, name, { kitt_version: '2.0.0' })
  const engines = [{ engine: 'llama_cpp', installed: false }]
  await call('POST', `/api/v1/agents/${agent.id}/heartbeat`, { status: 'idle', engines })
  return agent
}

test('it is said what the agents of a campaign do not have, and which results statistics leave out', async () => {
  const agent = await agentNamed('gpu-9')
  put(
    'needs.yaml',
    'agent: gpu-9\nmodels: [{ name: m.gguf }]\nengines: [{ name: llama_cpp, mode: native }]\n',
  )
  const warning = 'Warning: llama_cpp is not installed on gpu-9: install it there, or its runs will fail.\n'
  expect(await run('campaign', 'validate', '-f', 'needs.yaml')).toMatchObject({
    code: 0,
    stderr: `needs.yaml is valid: 1 run on gpu-9.\n${warning}`,
  })
  const created = await run('campaign', 'create', '-f', 'needs.yaml')
  expect(created).toMatchObject({ code: 0, stderr: warning })
  const id = created.stdout.trim()
  expect(await run('campaign', 'launch', id)).toMatchObject({ code: 0, stderr: `${warning}Queued ${id}.\n` })

  const watching = run('campaign', 'watch', id)
  await expect.poll(() => agent.work(() => ({ metrics: { output_tps: 50, error_rate: 0.5 } }))).toBe(1)
  const watched = await watching
  expect(watched).toMatchObject({ code: 0 })
  expect(watched.stderr).toContain(
    'Left out of statistics: run 1 (m.gguf, llama_cpp, throughput): more than 5 % of its requests failed.\n',
  )
  expect((await run('campaign', 'show', id)).stdout).toContain(
    'Left out of statistics: run 1 (m.gguf, llama_cpp, throughput): more than 5 % of its requests failed.\n',
  )
})

test('a cancelled campaign ends watching with exit code 1, and can be retried', async () => {
  put('sweep.yaml', yaml.replace('sim-1', 'gpu-1').replace('simulated', 'vllm'))
  await run('agents', 'provision', 'gpu-1')
  const id = (await run('campaign', 'create', '-f', 'sweep.yaml', '--launch')).stdout.trim()
  const watching = run('campaign', 'watch', id)
  expect(await json('campaign', 'cancel', id)).toEqual({ cancelled: [id] })
  expect(await watching).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/kitt: The campaign is cancelled: 0 of 1 run succeeded, 1 cancelled\.\n$/),
  })
  expect(await run('campaign', 'cancel', id)).toMatchObject({ code: 1 })

  const retried = run('campaign', 'retry', id, '--watch', '--json')
  for (let status = 'cancelled'; status === 'cancelled'; )
    status = (await json('campaign', 'show', id)).status
  await run('campaign', 'cancel', id)
  const { code, stdout, stderr } = await retried
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ id, status: 'cancelled' })
  expect(stderr).toContain('retrying 1 run')
})

test('a file that cannot be used, or says something wrong, is one clear line', async () => {
  put('list.yaml', '- a\n')
  put('broken.yaml', 'a: [1')
  put('broken.json', '{')
  put('wrong.yaml', 'models: 5\nengines: []\n')
  put('who.yaml', 'agent: nobody\nmodels: []\nengines: []\n')
  for (const [file, sentence] of [
    ['none.yaml', 'none.yaml cannot be read: ENOENT.'],
    ['list.yaml', 'must contain an object'],
    ['broken.yaml', 'broken.yaml is not valid YAML'],
    ['broken.json', 'broken.json is not valid JSON'],
    ['wrong.yaml', 'kitt: models: must be a list'],
    ['who.yaml', 'There is no agent "nobody"'],
  ] as const) {
    const ran = await run('campaign', 'create', '-f', file)
    expect(ran, file).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(sentence) })
    expect(ran.stderr.trim().split('\n'), file).toHaveLength(1)
  }
  expect(await run('campaign', 'create')).toMatchObject({ code: 2 })
  expect(await run('campaign', 'watch', 'nothing')).toMatchObject({ code: 1, stdout: '' })
})

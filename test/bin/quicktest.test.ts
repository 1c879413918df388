import { expect, test } from 'vitest'
import { eventually } from '../_eventually.ts'
import { serverOfFile } from './_cli.ts'

const { run, json } = serverOfFile('--insecure')

test('a followed test streams state and log, prints its result, exits with 0', async () => {
  await run('agents', 'virtual', 'sim-1')
  const ran = await run(
    'quicktest',
    'run',
    '--agent',
    'sim-1',
    '--model',
    'some-model',
    '--option',
    'requests=8',
    '--follow',
  )
  expect(ran.code, ran.stderr).toBe(0)
  expect(ran.stderr).toMatch(/queued[\s\S]*running[\s\S]*\d+\/\d+ requests[\s\S]*completed/)
  expect(ran.stdout).toContain('│')
  expect(ran.stdout).toMatch(/throughput +output_tps +tok\/s +\d/)
  expect(ran.stdout).not.toContain('"')

  const { items } = await json('quicktest', 'list', '--status', 'completed', '--agent', 'sim-1')
  expect(items).toMatchObject([{ model_path: 'some-model', engine_name: 'simulated' }])
  const [{ id, result_id }] = items
  const shown = await run('quicktest', 'show', id)
  expect(shown.stdout).toMatch(new RegExp(`^result_id +${result_id}$`, 'm'))
  expect(shown.stdout).toMatch(/^headline +[\d.,]+ tok\/s$/m)
  const log = await run('quicktest', 'logs', id)
  expect(log.stdout.split('\n').length).toBeGreaterThan(2)
  const lines = (await run('quicktest', 'logs', id, '--json')).stdout.trim().split('\n')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ line: log.stdout.split('\n')[0] })
  expect((await run('quicktest', 'list')).stdout).toMatch(new RegExp(`^${id} +completed +sim-1`, 'm'))
})

test('a test runs again as it was', async () => {
  const [{ id }] = (await json('quicktest', 'list')).items
  const again = await json('quicktest', 'rerun', id, '--follow')
  expect(again).toMatchObject({ status: 'completed', model_path: 'some-model', result: { simulated: true } })
  expect(again.id).not.toBe(id)
})

test('a list and a test name the benchmark that runs: with a load mode it is load', async () => {
  const args = ['--agent', 'sim-1', '--model', 'm', '--option', 'mode=concurrent', '--option', 'requests=2']
  const id = (await run('quicktest', 'run', ...args)).stdout.trim()
  expect((await run('quicktest', 'show', id)).stdout).toMatch(/^benchmark_name +load$/m)
  expect((await run('quicktest', 'list')).stdout).toMatch(new RegExp(`^${id} .* load `, 'm'))
  await run('quicktest', 'logs', id, '--follow')
})

test('followed with --json, stdout is one document: the test with its result', async () => {
  const test = await json(
    'quicktest',
    'run',
    '--agent',
    'sim-1',
    '--model',
    'm',
    '--benchmark',
    'latency',
    '--option',
    'requests=8',
    '--follow',
  )
  expect(test).toMatchObject({ status: 'completed', benchmark_name: 'latency', result: { simulated: true } })
})

test('the log of a test under way is followed to its end', async () => {
  const args = ['--agent', 'sim-1', '--model', 'm', '--option', 'requests=8']
  const id = (await run('quicktest', 'run', ...args)).stdout.trim()
  const ran = await run('quicktest', 'logs', id, '--follow')
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining('completed') })
  expect(ran.stdout.trim().split('\n')).toEqual(
    (await run('quicktest', 'logs', id)).stdout.trim().split('\n'),
  )
})

test('a followed test that is cancelled gives exit code 1; cancelling twice is refused', async () => {
  await run('agents', 'provision', 'gpu-1')
  const { id } = await json('quicktest', 'run', '--agent', 'gpu-1', '--engine', 'vllm', '--model', '/m')
  expect(await json('quicktest', 'cancel', id)).toEqual({ cancelled: [id] })
  expect(await run('quicktest', 'cancel', id)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('already cancelled'),
  })

  const run2 = run('quicktest', 'run', '--agent', 'gpu-1', '--engine', 'vllm', '--model', '/m', '--follow')
  let queued: { id: string }[] = []
  while (queued.length === 0) queued = (await json('quicktest', 'list', '--status', 'queued')).items
  await run('quicktest', 'cancel', queued[0]?.id ?? '')
  expect(await run2).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/kitt: The test was cancelled\.\n$/),
  })
})

test('a test for an agent that takes none says what it waits for as it is queued', async () => {
  const args = ['quicktest', 'run', '--agent', 'gpu-1', '--engine', 'vllm', '--model', '/m']
  const queued = await run(...args)
  expect(queued.stderr).toBe('The test is waiting for gpu-1 (never connected).\n')
  await run('quicktest', 'cancel', queued.stdout.trim())
  const again = await run('quicktest', 'rerun', queued.stdout.trim())
  expect(again).toMatchObject({ stderr: queued.stderr, stdout: expect.stringMatching(/^[0-9a-f]{16}\n$/) })
  await run('quicktest', 'cancel', again.stdout.trim())

  await run('agents', 'virtual', 'sim-2')
  await eventually(async () => (await json('agents', 'show', 'sim-2')).status === 'online')
  await run('agents', 'drain', 'sim-2')
  const drained = await run('quicktest', 'run', '--agent', 'sim-2', '--model', 'm')
  expect(drained.stderr).toBe('The test is waiting for sim-2 (drained).\n')
  await run('agents', 'rm', 'sim-2')
})

test('what is missing is said: the model, the engine, which of several agents', async () => {
  expect(await run('quicktest', 'run')).toMatchObject({ code: 2, stderr: expect.stringContaining('--model') })
  expect(await run('quicktest', 'run', '--model', 'm', '--agent', 'gpu-1')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--engine'),
  })
  expect(await run('quicktest', 'run', '--model', 'm')).toMatchObject({
    code: 1,
    stderr: 'kitt: There are 2 agents: choose one with --agent. "kitt agents list" shows them.\n',
  })
  expect(await run('quicktest', 'show', 'nothing')).toMatchObject({ code: 1, stdout: '' })
  expect(await run('quicktest', 'list', '--limit', 'x')).toMatchObject({ code: 2 })
})

test.each([
  ['concurrency=many', /^kitt: --option concurrency must be a number\.$/m],
  ['mode=fast', /^kitt: --option mode must be one of synchronous, concurrent, /m],
  ['max_error_rate=5', /^kitt: --option max_error_rate must be at most 1\.$/m],
  ['mode=poisson', /^kitt: --option rate: The modes constant and poisson need a rate/m],
  ['rate=4', /^kitt: --option rate is for the modes constant and poisson: choose one with --option mode\.$/m],
  ['slo={"ttft":3}', /^kitt: --option slo has no "ttft"\. Did you mean "ttft_ms"\? There are ttft_ms, /m],
])(
  '--option %s is used wrongly: exit 2 with what is allowed, and nothing is queued',
  async (option, sentence) => {
    const before = (await json('quicktest', 'list')).total
    const ran = await run('quicktest', 'run', '--agent', 'sim-1', '--model', 'm', '--option', option)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toMatch(sentence)
    expect((await json('quicktest', 'list')).total).toBe(before)
  },
)

import { expect, test } from 'vitest'
import { serverOfFile } from './_cli.ts'

const { run, json } = serverOfFile('--insecure')

test('an agent is provisioned, shown by name, drained, taken back and removed', async () => {
  const made = await run('agents', 'provision', 'gpu-1', '--port', '8090')
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^kitt_[0-9a-f]{64}\n$/) })
  expect(made.stderr).toContain('install.sh')
  expect(made.stderr).not.toContain(made.stdout.trim())

  const shown = await run('agents', 'show', 'gpu-1')
  expect(shown.stdout).toMatch(/^name +gpu-1$/m)
  expect(shown.stdout).not.toContain(made.stdout.trim())
  expect(await run('agents', 'drain', 'gpu-1')).toMatchObject({ code: 0, stdout: '' })
  expect((await run('agents', 'list')).stdout).toMatch(/gpu-1 +draining/)
  expect(await json('agents', 'undrain', 'gpu-1')).toMatchObject({ name: 'gpu-1', schedulable: true })

  const [agent] = (await json('agents', 'list')).items
  expect(await json('agents', 'rm', 'gpu-1')).toEqual({ removed: [agent.id] })
  expect(await json('agents', 'list')).toEqual({ items: [], total: 0 })
})

test('provisioning an agent twice fails, --rotate gives it a new token', async () => {
  const first = await json('agents', 'provision', 'gpu-2')
  const again = await run('agents', 'provision', 'gpu-2')
  expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^kitt: .*already.*\n$/) })
  const rotated = await json('agents', 'provision', 'gpu-2', '--rotate')
  expect(rotated).toMatchObject({ agent_id: first.agent_id, token: expect.stringMatching(/^kitt_/) })
  expect(rotated.token).not.toBe(first.token)
  expect(await run('agents', 'provision', '--rotate')).toMatchObject({ code: 2 })
})

test('a virtual agent is made and found by its tag', async () => {
  const made = await json('agents', 'virtual', 'sim-1')
  expect(await json('agents', 'list', '--tag', 'virtual')).toMatchObject({
    items: [{ id: made.agent_id, name: 'sim-1', virtual: true }],
    total: 1,
  })
  expect(await run('agents', 'virtual', 'sim-1')).toMatchObject({
    code: 1,
    stderr: 'kitt: There is already an agent named "sim-1".\n',
  })
})

test('a list without agents says whether there are none, or none that match', async () => {
  const without = (await run('agents', 'list', '--tag', 'virtuall')).stderr
  expect(without).toMatch(/^No agent matches\. Did you mean "virtual"\?\n$/)
})

test('an engine that an agent cannot run is refused with the option that tries it', async () => {
  const ran = await run('quicktest', 'run', '--agent', 'sim-1', '--engine', 'vllm', '--model', 'm')
  expect(ran).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(' Give --force to try it all the same.\n'),
  })
})

test('an agent that is not there is one clear line and exit code 1', async () => {
  for (const verb of ['show', 'drain', 'undrain', 'rm']) {
    const ran = await run('agents', verb, 'nobody')
    expect(ran, verb).toEqual({
      code: 1,
      stdout: '',
      stderr: 'kitt: There is no agent "nobody". "kitt agents list" shows all.\n',
    })
  }
})

test('a status that does not exist is said once', async () => {
  const { code, stderr } = await run('agents', 'list', '--status', 'asleep')
  expect(code).toBe(2)
  expect(stderr.match(/provisioned, online, busy, offline/g)).toHaveLength(1)
})

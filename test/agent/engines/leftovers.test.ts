import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { vllm } from '../../../agent/engines/known/vllm.ts'
import { endLeftovers } from '../../../agent/engines/leftovers.ts'
import { identityOf } from '../../../agent/engines/processes.ts'
import { isAlive, newHost, runStandIn, startOptions } from '../_host.ts'

async function killedAgent(at: ReturnType<typeof newHost>, mode: string, plan: object = {}) {
  const file = join(at.home, 'm.gguf')
  writeFileSync(file, '')
  const agent = await runStandIn('agent', [mode, at.home, JSON.stringify(plan), file], at.host.env)
  agent.kill('SIGKILL')
  await once(agent, 'exit')
}

const started = ({ host }: ReturnType<typeof newHost>) => host.record.all()[0]?.process?.pid ?? 0

test('kill -9 of the agent: its engine and the children of it are found at the next start and ended', async () => {
  const at = newHost()
  const children = join(at.home, 'children')
  await killedAgent(at, 'native', { children })
  const pids = [started(at), ...readFileSync(children, 'utf8').trim().split('\n').map(Number)]
  expect(pids.map(isAlive)).toEqual([true, true, true])
  const said: string[] = []
  expect(await endLeftovers(at.host, (line) => said.push(line))).toEqual(['llama_cpp'])
  expect(pids.map(isAlive)).toEqual([false, false, false])
  expect(said).toEqual(['stopped llama_cpp, left running by an earlier agent'])
  expect(at.host.record.all()).toEqual([])
  expect(await endLeftovers(at.host)).toEqual([])
})

test('children are ended when the engine itself is gone already', async () => {
  const at = newHost()
  const children = join(at.home, 'children')
  await killedAgent(at, 'native', { children })
  process.kill(started(at), 'SIGKILL')
  await expect.poll(() => isAlive(started(at))).toBe(false)
  const pids = readFileSync(children, 'utf8').trim().split('\n').map(Number)
  expect(pids.map(isAlive)).toEqual([true, true])
  expect(await endLeftovers(at.host)).toEqual(['llama_cpp'])
  expect(pids.map(isAlive)).toEqual([false, false])
})

test('kill -9 of the agent: its container is found at the next start and removed, with or without the record', async () => {
  for (const recorded of [true, false]) {
    const at = newHost()
    await killedAgent(at, 'docker')
    const containers = join(at.home, 'docker', 'containers')
    const [id = ''] = readdirSync(containers)
    const { pid } = JSON.parse(readFileSync(join(containers, id), 'utf8')) as { pid: number }
    expect(isAlive(pid)).toBe(true)
    if (!recorded) rmSync(join(at.home, 'engines.json'))
    expect(await endLeftovers(at.host)).toEqual(['vllm'])
    expect(readdirSync(containers)).toEqual([])
    await expect.poll(() => isAlive(pid)).toBe(false)
    expect(at.host.record.all()).toEqual([])
  }
})

test('a process that got the number of a dead engine is left alone', async () => {
  const at = newHost()
  const stranger = spawn('sleep', ['60'], { detached: true })
  const pid = stranger.pid ?? 0
  const identity = (await identityOf(pid)) ?? ''
  expect(identity).toMatch(/\/\d+$/)
  at.host.record.add({ key: 'k1', engine: 'vllm', process: { pid, identity: identity.replace(/\d+$/, '1') } })
  expect(await endLeftovers(at.host)).toEqual([])
  expect(isAlive(pid)).toBe(true)
  expect(at.host.record.all()).toEqual([])
  at.host.record.add({ key: 'k1', engine: 'vllm', process: { pid, identity } })
  expect(await endLeftovers(at.host)).toEqual(['vllm'])
  expect(isAlive(pid)).toBe(false)
})

test('containers of another agent on the same host are left alone', async () => {
  const [mine, theirs] = [newHost(), newHost()]
  const env = { ...mine.host.env, DOCKER_STATE: theirs.host.env['DOCKER_STATE'] }
  const engine = await vllm.start({ name: 'm', path: null }, startOptions(theirs, 'docker').options)
  expect(await endLeftovers({ ...mine.host, env })).toEqual([])
  expect((await fetch(`${engine.baseUrl}/health`)).status).toBe(200)
  await engine.stop()
})

test('a container that cannot be ended now stays written down for the next start', async () => {
  const at = newHost()
  at.host.record.add({ key: 'k1', engine: 'vllm', container: 'kitt-vllm-1' })
  const down = { ...at.host, env: { ...at.host.env, DOCKER_DOWN: '1' } }
  expect(await endLeftovers(down)).toEqual([])
  expect(at.host.record.all()).toHaveLength(1)
  expect(await endLeftovers(at.host)).toEqual([])
  expect(at.host.record.all()).toEqual([])
})

test('a broken record of engines is taken for an empty one', async () => {
  const at = newHost()
  writeFileSync(join(at.home, 'engines.json'), '{"engines":[{"key":1}')
  expect(await endLeftovers(at.host)).toEqual([])
  at.host.record.add({ key: 'k', engine: 'vllm', container: 'c' })
  expect(at.host.record.all()).toHaveLength(1)
  at.host.record.remove('k')
})

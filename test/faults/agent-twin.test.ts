import { expect, test } from 'vitest'
import { twinHosts } from '../../app/agents/twin.ts'
import { createTestApp } from '../_setup.ts'
import { open } from '../events/_stream.ts'
import { addHost, launch, SECOND, states, testRow } from '../queue/_queue.ts'

const A = { boot_id: 'boot-a', host: 'gpu-1' }
const B = { boot_id: 'boot-b', host: 'gpu-2' }
type Beat = { commands: { command_id: string; test_id: string }[]; cancel: string[]; notice?: string }

/** An agent at work on a test, whose home was copied to a second machine. */
async function copied() {
  const app = await createTestApp()
  const host = await addHost(app, 'gpu', ['kitt.ack.v1'])
  const stream = await open(app, `/${host.id}`, { 'Last-Event-ID': '0' })
  const beat = async (who: typeof A, active: string[] = [], acks: string[] = []) => {
    await app.clock.advance(5 * SECOND)
    return (await host.beat({ ...who, active, acks })) as Beat
  }
  const told = () =>
    stream.events.filter(({ event }) => event === 'agent_twin').map(({ data }) => JSON.parse(data))
  return { app, host, stream, beat, told }
}

test('74: two machines with one home: the tests go on with the one that has them, both are shown, the other is told', async () => {
  const { app, host, stream, beat, told } = await copied()
  const id = await launch(app, host.id)
  await beat(A)
  await beat(A, [id])
  await host.status(id, 'running')
  // At first the second cannot be told from a restart: one attempt is lost.
  const [taken] = (await beat(B)).commands
  expect(taken?.test_id).toBe(`${id}.a2`)
  const wire = `${id}.a2`
  const second = await beat(A, [id])
  expect(second).toMatchObject({ commands: [], cancel: [id] })
  await beat(B, [wire], [taken?.command_id ?? ''])
  for (let turn = 0; turn < 4; turn++) {
    const standing = await beat(A, [])
    expect(standing).toMatchObject({ commands: [], cancel: [] })
    expect(standing.notice).toMatch(/gpu-2 and gpu-1.*kitt agents provision/)
    expect(await beat(B, [wire])).not.toHaveProperty('notice')
  }
  expect(await states(app, id)).toEqual(
    ['lost', 'running'].map((state) => expect.stringMatching(`${state}|offered`)),
  )
  await host.result(taken?.command_id ?? '')
  expect(await testRow(app, id)).toMatchObject({ status: 'completed' })
  const { body } = await app.call('GET', `/api/v1/agents/${host.id}`)
  expect(body.twin_hosts.sort()).toEqual(['gpu-1', 'gpu-2'])
  await stream.until(() => told().length > 0)
  expect(told()).toMatchObject([{ name: 'gpu', hosts: ['gpu-2', 'gpu-1'], source_id: host.id }])
  await stream.cancel()
})

test('74: five tests in a row end while two machines take turns, whichever takes each', async () => {
  const { app, host, beat } = await copied()
  await beat(A)
  await beat(B)
  await beat(A)
  const ids = []
  for (let i = 0; i < 5; i++) ids.push(await launch(app, host.id))
  const has: Record<string, Beat['commands']> = { 'boot-a': [], 'boot-b': [] }
  for (let turn = 0; turn < 40; turn++) {
    const who = turn % 2 === 0 ? A : B
    const mine = has[who.boot_id] ?? []
    const { commands } = await beat(
      who,
      mine.map(({ test_id }) => test_id),
      mine.map(({ command_id }) => command_id),
    )
    const given = mine.shift()
    if (given) {
      await host.status(given.test_id, 'running')
      await host.result(given.command_id)
    }
    mine.push(...commands)
  }
  for (const id of ids) {
    expect(await states(app, id)).toEqual(['succeeded'])
    expect(await testRow(app, id)).toMatchObject({ status: 'completed' })
  }
})

test('74: an agent that is started anew, also on another machine, is no twin, and is offered its test again', async () => {
  const { app, host, beat, told, stream } = await copied()
  const id = await launch(app, host.id)
  await beat(A)
  expect((await beat(B)).commands).toMatchObject([{ test_id: `${id}.a2` }])
  expect((await beat({ boot_id: 'boot-c', host: 'gpu-2' })).commands).toMatchObject([{ test_id: `${id}.a3` }])
  await beat({ boot_id: 'boot-c', host: 'gpu-2' }, [`${id}.a3`])
  expect((await app.call('GET', `/api/v1/agents/${host.id}`)).body.twin_hosts).toBeNull()
  expect(told()).toEqual([])
  await stream.cancel()
})

test('74: once one of the two is an agent of its own, nothing is said of them any more', async () => {
  const { app, host, beat } = await copied()
  for (const who of [A, B, A, B, A, B]) await beat(who)
  const twins = async () => (await app.call('GET', `/api/v1/agents/${host.id}`)).body.twin_hosts
  expect(await twins()).toHaveLength(2)
  await app.clock.advance(700 * SECOND)
  await beat(B)
  expect(await twins()).toBeNull()
  expect(twinHosts({ boot_host: 'x', other_boot: null })).toBeNull()
})

test('74: the engines that are shown are those of the machine that has the tests', async () => {
  const { app, host, beat } = await copied()
  const id = await launch(app, host.id)
  await beat(A)
  await host.status(id, 'running')
  const engines = async () =>
    (await app.call('GET', `/api/v1/agents/${host.id}`)).body.engines.map(
      ({ engine }: { engine: string }) => engine,
    )
  await beat(B)
  await beat(A, [id])
  await beat(B, [`${id}.a2`])
  await host.beat({ ...A, active: [], engines: [{ engine: 'vllm', installed: true }] })
  expect(await engines()).toEqual([])
  await host.beat({ ...B, active: [`${id}.a2`], engines: [{ engine: 'ollama', installed: true }] })
  expect(await engines()).toEqual(['ollama'])
})

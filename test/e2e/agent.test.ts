import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  getTest,
  launch,
  linesOf,
  onRuntime,
  provisionedAgent,
  resultsOf,
  startAgent,
  temporaryFolder,
  testIs,
} from './_agent.ts'
import { eventually, RUNTIMES, runKitt, startKitt } from './_server.ts'
import { startSimulator } from './_simulator.ts'

const FAST = ['--ttft', '5', '--tpot', '1']
/** Some seconds of work: there is time to do something to it. */
const LONG = { requests: 60, output_tokens: 32 }

describe.each(Object.keys(RUNTIMES))('an agent on %s', (runtime) => {
  test('is configured, registers, starts a test at once, tells its progress, and stops cleanly', async () => {
    const server = await startKitt({ home: temporaryFolder() })
    const engine = await startSimulator(FAST)
    const { token } = await (
      await server.client.api.v1.agents.provision.$post({ json: { name: 'gpu-1' } })
    ).json()
    const home = temporaryFolder()
    const env = { KITT_HOME: home, HOME: home, KITT_TOKEN: token }
    const init = await runKitt(['agent', 'init', '--server', server.url, '--name', 'gpu-1'], { runtime, env })
    expect(init.code, init.stderr).toBe(0)
    expect(statSync(join(home, 'agent.json')).mode & 0o777).toBe(0o600)

    const agent = startAgent(home, onRuntime(runtime))
    await agent.says('registered as gpu-1')
    const [known] = (await (await server.client.api.v1.agents.$get({ query: {} })).json()).items
    expect(known).toMatchObject({ name: 'gpu-1', status: 'online', capabilities: ['kitt.ack.v1'] })
    const status = await runKitt(['agent', 'status', '--json'], { runtime, env })
    expect(JSON.parse(status.stdout)).toMatchObject({
      status: 'connected',
      pid: agent.pid,
      agent_id: known?.id,
    })

    const second = await runKitt(['agent', 'start'], { runtime, env })
    expect(second).toMatchObject({ code: 1 })
    expect(second.stderr).toContain(`An agent runs already on ${home}, as process ${agent.pid}.`)

    const id = await launch(server.client, known?.id ?? '', engine, { requests: 12 })
    // Its heartbeat is due in half a minute: it was the event stream that told it.
    await eventually(async () => (await getTest(server.client, id)).status !== 'queued', 15)
    const done = await testIs(server.client, id, 'completed')
    expect(done).toMatchObject({ attempt: 1, error: null, progress: { done: 12, total: 12 } })
    expect(
      (await resultsOf(server.client)).map(({ quick_test_id, id: result }) => [quick_test_id, result]),
    ).toEqual([[id, done.result_id]])
    expect(await linesOf(server.client, id)).toContain('ending openai')
    expect(await agent.stop()).toBe(0)
    expect(agent.output.text).not.toContain(token)
    expect((await runKitt(['agent', 'status'], { runtime, env })).stderr).toContain('The agent does not run.')
  })
})

test('the server is killed in mid-test and comes back seconds later: nothing is lost, nothing comes twice', async () => {
  const home = temporaryFolder()
  const first = await startKitt({ home })
  const engine = await startSimulator(FAST)
  const { agent_id, home: agentHome } = await provisionedAgent(first)
  const agent = startAgent(agentHome)
  await agent.says('registered')
  const id = await launch(first.client, agent_id, engine, {
    mode: 'sweep',
    sweep_points: 2,
    max_concurrency: 4,
    requests: 30,
  })
  await testIs(first.client, id, 'running')
  await first.stop('SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const { client } = await startKitt({ home, port: first.port })
  const done = await testIs(client, id, 'completed', 30)
  expect(done).toMatchObject({ attempt: 1, error: null })
  const lines = await linesOf(client, id)
  expect(new Set(lines).size).toBe(lines.length)
  const steps = lines.filter((line) => line.startsWith('run 1/1 · load:'))
  expect(steps.map((line) => line.replace(/[\d.]+/g, 'n').slice(0, 30))).toHaveLength(5)
  expect(lines.at(-1)).toBe('ending openai')
  expect((await resultsOf(client)).map((result) => result.id)).toEqual([done.result_id])
})

test('a test that ends while the server is away, and whose agent is killed then, is told by the next agent and not run again', async () => {
  const home = temporaryFolder()
  const first = await startKitt({ home })
  const engine = await startSimulator(FAST)
  const { agent_id, home: agentHome } = await provisionedAgent(first)
  const agent = startAgent(agentHome)
  await agent.says('registered')
  const id = await launch(first.client, agent_id, engine, { requests: 30 })
  await testIs(first.client, id, 'running')
  await first.stop('SIGKILL')
  const journal = join(agentHome, 'spool', 'journal.jsonl')
  await eventually(async () => statSync(journal).size > 3000)
  await agent.stop('SIGKILL')
  const { client } = await startKitt({ home, port: first.port })
  const next = startAgent(agentHome)
  const done = await testIs(client, id, 'completed')
  expect(done).toMatchObject({ attempt: 1, error: null })
  expect((await linesOf(client, id)).at(-1)).toBe('ending openai')
  await next.says('registered')
  expect(await resultsOf(client)).toHaveLength(1)
  expect(await next.stop()).toBe(0)
})

test('an agent that is killed in mid-test has it again when it is back, three times in all; stopped politely too', async () => {
  const { client, ...server } = await startKitt({ home: temporaryFolder() })
  const engine = await startSimulator(FAST)
  const { agent_id, home } = await provisionedAgent({ client, ...server })
  const id = await launch(client, agent_id, engine, LONG)
  for (const [attempt, signal] of [
    [1, 'SIGKILL'],
    [2, 'SIGTERM'],
    [3, 'SIGKILL'],
  ] as const) {
    const agent = startAgent(home)
    await eventually(async () => {
      const test = await getTest(client, id)
      return test.attempt === attempt && test.status === 'running' && (test.progress?.done ?? 0) > 0
    })
    expect(await agent.stop(signal)).toBe(signal === 'SIGTERM' ? 0 : null)
  }
  const last = startAgent(home)
  const failed = await testIs(client, id, 'failed')
  expect(failed).toMatchObject({
    attempt: 3,
    result_id: null,
    error: expect.stringContaining('after 3 attempts'),
  })
  expect(await resultsOf(client)).toEqual([])
  const next = await launch(client, agent_id, engine, { requests: 2 })
  await testIs(client, next, 'completed')
  expect(await last.stop()).toBe(0)
})

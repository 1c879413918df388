import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { getTest, launch, linesOf, resultsOf, startAgent, temporaryFolder, testIs } from './_agent.ts'
import { eventually, runKitt, startKitt } from './_server.ts'
import { startSimulator } from './_simulator.ts'

const FAST = ['--ttft', '5', '--tpot', '1']

test('an agent is configured, registers, starts a test at once, tells its progress, and stops cleanly', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const engine = await startSimulator(FAST)
  const { token } = await (
    await server.client.api.v1.agents.provision.$post({ json: { name: 'gpu-1' } })
  ).json()
  const home = temporaryFolder()
  const env = { KITT_HOME: home, HOME: home, KITT_TOKEN: token }
  const init = await runKitt(['agent', 'init', '--server', server.url, '--name', 'gpu-1'], { env })
  expect(init.code, init.stderr).toBe(0)
  expect(statSync(join(home, 'agent.json')).mode & 0o777).toBe(0o600)

  const agent = startAgent(home)
  await agent.says('registered as gpu-1')
  const [known] = (await (await server.client.api.v1.agents.$get({ query: {} })).json()).items
  expect(known).toMatchObject({ name: 'gpu-1', status: 'online', capabilities: ['kitt.ack.v1'] })
  const status = await runKitt(['agent', 'status', '--json'], { env })
  expect(JSON.parse(status.stdout)).toMatchObject({
    status: 'connected',
    pid: agent.pid,
    agent_id: known?.id,
  })

  const second = await runKitt(['agent', 'start'], { env })
  expect(second).toMatchObject({ code: 1 })
  expect(second.stderr).toContain(`An agent already runs on ${home}, as process ${agent.pid}.`)

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
  expect((await runKitt(['agent', 'status'], { env })).stderr).toContain('The agent does not run.')
})

import { expect, test } from 'vitest'
import {
  getTest,
  launch,
  provisionedAgent,
  resultsOf,
  startAgent,
  temporaryFolder,
  testIs,
} from '../e2e/_agent.ts'
import { eventually, startKitt } from '../e2e/_server.ts'
import { startSimulator } from '../e2e/_simulator.ts'

const FAST = ['--ttft', '5', '--tpot', '1']
/** Some seconds of work: there is time to do something to it. */
const LONG = { requests: 60, output_tokens: 32 }

test('4: an agent that is killed in mid-test has it again when it is back, three times in all; stopped politely too', async () => {
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

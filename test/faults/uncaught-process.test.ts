import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { getTest, launch, provisionedAgent, startAgent, temporaryFolder, testIs } from '../e2e/_agent.ts'
import { eventually, PROGRAM, startKitt } from '../e2e/_server.ts'
import { startSimulator } from '../e2e/_simulator.ts'

const [command, program] = PROGRAM

/** The built program with a callback that throws at SIGUSR2, and a promise whose rejection is not handled. */
function throwing(): string {
  const file = join(temporaryFolder(), 'throwing.mjs')
  const code = `process.on('SIGUSR2', () => {
      setTimeout(() => { throw new Error('a callback threw') })
      void Promise.reject(new Error('a promise was not heeded'))
    })
    await import(${JSON.stringify(pathToFileURL(program).href)})`
  writeFileSync(file, code)
  return file
}

test('51: "kitt web" tells of an exception that nobody caught, and goes on', async () => {
  const server = await startKitt({ home: temporaryFolder(), program: throwing() })
  process.kill(server.pid as number, 'SIGUSR2')
  for (const told of ['a callback threw', 'a promise was not heeded'])
    await eventually(async () => server.output.text.includes(told), 10)
  expect(server.output.text).toContain('uncaught exception; the server keeps running')
  expect((await fetch(`${server.url}/api/v1/health`)).status).toBe(200)
  expect(await server.stop()).toBe(0)
})

test('51: in "kitt agent start" it fails the test under way with that reason; the next one is run', async () => {
  const server = await startKitt({ home: temporaryFolder() })
  const { home, agent_id } = await provisionedAgent(server)
  const agent = startAgent(home, [command, throwing()])
  await agent.says('registered as gpu-1')
  const slow = await startSimulator(['--ttft', '60000'])
  const first = await launch(server.client, agent_id, slow, { requests: 4 })
  await testIs(server.client, first, 'running')
  process.kill(agent.pid as number, 'SIGUSR2')
  const failed = await testIs(server.client, first, 'failed')
  expect(failed.error).toMatch(
    /^The agent had an unexpected error: a (callback threw|promise was not heeded)/,
  )
  expect(agent.output.text).toContain('the running test fails')
  const fast = await startSimulator(['--ttft', '5', '--tpot', '1'])
  const next = await launch(server.client, agent_id, fast, { requests: 4 })
  await testIs(server.client, next, 'completed')
  expect((await getTest(server.client, first)).attempt).toBe(1)
  expect(await agent.stop()).toBe(0)
})

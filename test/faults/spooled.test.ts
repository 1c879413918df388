import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  launch,
  linesOf,
  provisionedAgent,
  resultsOf,
  startAgent,
  temporaryFolder,
  testIs,
} from '../e2e/_agent.ts'
import { eventually, startKitt } from '../e2e/_server.ts'
import { startSimulator } from '../e2e/_simulator.ts'

const FAST = ['--ttft', '5', '--tpot', '1']

const journalOf = (home: string) => readFileSync(join(home, 'spool', 'journal.jsonl'), 'utf8')

/** A test that ended after its server was killed: everything it has to tell is on the agent's disk. */
async function endedWithoutServer() {
  const home = temporaryFolder()
  const first = await startKitt({ home })
  const engine = await startSimulator(FAST)
  const { agent_id, home: agentHome } = await provisionedAgent(first)
  const agent = startAgent(agentHome)
  await agent.says('registered')
  const id = await launch(first.client, agent_id, engine, { requests: 40, output_tokens: 32 })
  await testIs(first.client, id, 'running')
  await first.stop('SIGKILL')
  await eventually(async () => journalOf(agentHome).includes('"kind":"result"'), 60)
  return { home, port: first.port, agent, agentHome, id }
}

/** The log lines that the agent keeps, in the order in which it will send them. */
function keptLines(agentHome: string): string[] {
  const messages = journalOf(agentHome)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).m)
  return messages.flatMap((m) => (m?.kind === 'log' ? m.lines : [])).map(({ line }) => line)
}

test('16: a test ends while the server is away: its status, lines and result arrive after it, once and in order', async () => {
  const { home, port, agent, agentHome, id } = await endedWithoutServer()
  const kept = keptLines(agentHome)
  expect(kept.at(-1)).toBe('ending openai')
  const { client } = await startKitt({ home, port })
  const done = await testIs(client, id, 'completed', 60)
  expect(done).toMatchObject({ attempt: 1, error: null })
  const lines = await linesOf(client, id)
  expect(lines.slice(-kept.length)).toEqual(kept)
  expect(new Set(lines).size).toBe(lines.length)
  expect((await resultsOf(client)).map((result) => result.id)).toEqual([done.result_id])
  expect(await agent.stop()).toBe(0)
})

test('16: a test that ends while the server is away, and whose agent is killed then, is told by the next agent and not run again', async () => {
  const { home, port, agent, agentHome, id } = await endedWithoutServer()
  await agent.stop('SIGKILL')
  const { client } = await startKitt({ home, port })
  const next = startAgent(agentHome)
  const done = await testIs(client, id, 'completed')
  expect(done).toMatchObject({ attempt: 1, error: null })
  expect((await linesOf(client, id)).at(-1)).toBe('ending openai')
  await next.says('registered')
  expect(await resultsOf(client)).toHaveLength(1)
  expect(await next.stop()).toBe(0)
})

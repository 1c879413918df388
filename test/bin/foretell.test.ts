import { expect, onTestFinished, test, vi } from 'vitest'
import type { Client } from '../../app/client/client.ts'
import type { Watcher } from '../../bin/connection/follow.ts'
import { foretelling } from '../../bin/connection/foretell.ts'

const AT = '2026-01-31T12:00:00Z'
const answer = (value: object) => async () => ({ json: async () => value })

/** What is said of a queued test that is followed, on an agent that is like this. */
async function said(agent: object, state: 'queued' | 'running' = 'queued'): Promise<string> {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => write.mockRestore())
  const place = { place: 1, expected_start_at: null, expected_end_at: null }
  const found = { ...place, status: state, agent_id: 'a', agent_name: 'gpu-1' }
  const api = {
    v1: {
      quicktest: { ':id': { $get: answer(found) } },
      agents: { ':id': { $get: answer({ name: 'gpu-1', last_heartbeat: null, ...agent }) } },
    },
  }
  const silent: Watcher = { status: () => {}, log: () => {}, progress: () => {} }
  foretelling({ api } as unknown as Client, 't', silent).status(state, null)
  await new Promise((resolve) => setTimeout(resolve, 10))
  return write.mock.calls.map(([text]) => String(text)).join('')
}

test.each([
  [{ status: 'provisioned', schedulable: true }, /^ {2}waiting for gpu-1 \(never connected\)\n$/],
  [
    { status: 'offline', schedulable: true, last_heartbeat: AT },
    /^ {2}waiting for gpu-1 \(offline since 2026-\d\d-\d\d \d\d:\d\d\)\n$/,
  ],
  [{ status: 'busy', schedulable: false }, /^ {2}waiting for gpu-1 \(drained\)\n$/],
  [{ status: 'busy', schedulable: true }, /^ {2}next in the queue of gpu-1\n$/],
])('who follows a test on an agent like %j is told what it waits for', async (agent, words) => {
  expect(await said(agent)).toMatch(words)
})

test('of a test that runs nothing is said about its agent', async () => {
  expect(await said({ status: 'offline', schedulable: false }, 'running')).toBe('')
})

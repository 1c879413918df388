import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Message } from '../../../agent/delivery/messages.ts'
import { createOutbox } from '../../../agent/delivery/outbox.ts'
import { createClient } from '../../../app/client/client.ts'
import { pause } from '../../../lib/pause.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const result = (bytes: number): Message => ({
  ...{ kind: 'result', agent_id: 'a1', command_id: 'c1', status: 'completed' },
  result_data: { series: 'x'.repeat(bytes) },
})

/** An outbox whose server answers after so many seconds, and what became of each try. */
function slow(seconds: number) {
  const tries: string[] = []
  const client = createClient({
    baseUrl: 'http://server',
    fetch: async (_, init) => {
      const at = tries.push('sending') - 1
      await pause(seconds * 1000, init?.signal ?? undefined)
      tries[at] = init?.signal?.aborted ? String(init.signal.reason.message) : 'arrived'
      init?.signal?.throwIfAborted()
      return Response.json({})
    },
  })
  return { outbox: createOutbox({ client, onRefused: () => {} }), tries }
}

test('a large result on a slow uplink has the time that its bytes take', async () => {
  const { outbox, tries } = slow(300)
  outbox.push(result(16 * 1024 * 1024))
  await vi.advanceTimersByTimeAsync(301_000)
  expect(tries).toEqual(['arrived'])
  expect(outbox.waiting()).toBe(0)
})

test('a small one that is not answered is tried again after 30 s', async () => {
  const { outbox, tries } = slow(300)
  outbox.push(result(100))
  await vi.advanceTimersByTimeAsync(31_000)
  expect(tries[0]).toMatch(/^no answer within 30/)
  void outbox.stop()
})

import { expect, test } from 'vitest'
import type { Message } from '../../../agent/delivery/messages.ts'
import type { Outbox } from '../../../agent/delivery/outbox.ts'
import { startJob } from '../../../agent/loop/jobs.ts'
import { createRunTest, type TestHost } from '../../../agent/loop/run-test.ts'
import { nobody, scripted } from '../bench/_server.ts'

/** What a job tells whose engine is at this address. */
async function told(baseUrl: string, options: object = {}) {
  const engine = {
    ...{ baseUrl, apiKey: undefined, model: 'm', version: '1', stop: async () => {} },
    exited: new Promise<string>(() => {}),
    lastLines: () => ['its last words'],
    environment: { load_times: { pull_s: null, ready_s: null, first_answer_s: null } },
  }
  const hardware = { gpus: [], gpu: null } as unknown as TestHost['hardware']
  const host = {
    hardware,
    watchGpus: () => undefined,
    engines: {},
    kittVersion: '2.0.0',
    shared: () => engine,
  } as unknown as TestHost
  const payload = { model_path: 'm', engine_name: 'vllm', options: { requests: 2, ...options } }
  const messages: Message[] = []
  const outbox = {
    push: (message: Message) => messages.push(message),
    nextSeq: () => 0,
  } as unknown as Outbox
  const command = { command_id: 'c', test_id: 't', type: 'run_test', payload } as never
  await startJob(command, 'a', outbox, createRunTest(host)).ended
  return messages.filter(({ kind }) => kind === 'result')
}

test('an engine that answers nothing fails the test with the reason and without a result', async () => {
  const baseUrl = await nobody()
  for (const warmup of [0, 1]) {
    const [result, ...more] = await told(baseUrl, { warmup })
    expect(more).toEqual([])
    expect(result).toEqual({
      ...{ kind: 'result', agent_id: 'a', command_id: 'c', status: 'failed' },
      error: expect.stringMatching(
        /could not be reached at http:.*\(ECONNREFUSED\): nothing was measured\.\n.*its last words/s,
      ),
    })
  }
})

test('an engine that answers with failures alone has a result, which says so', async () => {
  const baseUrl = await scripted(({ response }) => response.writeHead(500).end('broken'))
  const [result] = await told(baseUrl)
  expect(result).toMatchObject({ status: 'failed', result_data: { passed: false } })
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import type { Message } from '../../agent/delivery/outbox.ts'
import { startJob } from '../../agent/loop/jobs.ts'

test('51: an exception that nobody caught fails the test under way with its reason, and no other', async () => {
  const told: Message[] = []
  const outbox = { push: (message: Message) => void told.push(message), nextSeq: () => 0 } as never
  const command = { command_id: 'c', test_id: 't', type: 'run_test' as const, payload: {} }
  const job = startJob(
    command,
    'a',
    outbox,
    (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  job.fail(new Error('a callback threw'))
  await job.ended
  expect(told.findLast(({ kind }) => kind === 'result')).toMatchObject({
    status: 'failed',
    error: 'a callback threw',
  })
})

test('51: a process that survives exceptions says them, each once, and goes on', async () => {
  const code = `const { surviveExceptions } = await import('./bin/terminal/process.ts')
    surviveExceptions((error) => console.log('told ' + error.message))
    setTimeout(() => { throw new Error('one') }, 10)
    setTimeout(() => void Promise.reject(new Error('two')), 30)
    setTimeout(() => { throw Object.assign(new Error('three'), { code: 'EPIPE' }) }, 50)
    setTimeout(() => { console.log('here'); process.exit(0) }, 200)`
  const child = spawn('node_modules/.bin/bun', ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  expect(await once(child, 'close')).toEqual([0, null])
  expect(text.trim().split('\n')).toEqual(['told one', 'told two', 'here'])
})

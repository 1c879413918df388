import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { addHost } from '../queue/_queue.ts'
import { emit, open } from './_stream.ts'

test('63: what waits for a reader whose token was taken away is not sent any more', async () => {
  const app = await createTestApp({ protect_reads: true })
  const host = await addHost(app)
  const stream = await open(app, '', { Authorization: `Bearer ${host.token}` })
  await stream.until(() => stream.text.includes('\n\n'))
  await emit(app, 1, { line: 'while it was good' })
  // The reader takes nothing: this one is being written, the next one waits.
  await emit(app, 1, { line: 'being written', source: 'a' })
  await emit(app, 1, { line: 'waits', source: 'b' })
  await app.call('POST', `/api/v1/agents/${host.id}/rotate-token`)
  await emit(app, 1, { line: 'after it', source: 'c' })
  await app.clock.advance(400)
  await stream.toEnd()
  expect(stream.text).toContain('while it was good')
  expect(stream.text).not.toContain('after it')
})

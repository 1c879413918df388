import { expect, test } from 'vitest'
import { lines, testRow, withTest } from '../queue/_queue.ts'

const KIB = 1024

test('30: a line of 1 MB is cut to 64 KiB with a marker, between characters; the test does not fail for it', async () => {
  const { app, host, id } = await withTest('running')
  for (const line of ['x'.repeat(1_000_000), '😀'.repeat(40_000)]) {
    expect((await host.log(id, line)).status).toBe(200)
  }
  for (const line of await lines(app, id)) {
    expect(line.length).toBeLessThanOrEqual(64 * KIB)
    expect(line.length).toBeGreaterThan(63 * KIB)
    expect(line).toMatch(/\[cut\]$/)
    expect(line.isWellFormed()).toBe(true)
  }
  expect((await testRow(app, id)).status).toBe('running')
})

test('30: 200,000 lines in chunks: 100,000 and one marker', async () => {
  const { app, host, id } = await withTest('running')
  for (let from = 0; from < 200_000; from += 10_000) {
    const chunk = Array.from({ length: 10_000 }, (_, i) => ({ seq: from + i, line: 'l' }))
    expect((await host.send(`/quicktest/${id}/logs`, { lines: chunk })).status).toBe(200)
  }
  let count = 0
  let last = ''
  for (let after: number | null = 0; after !== null; ) {
    const { body } = await app.call('GET', `/api/v1/quicktest/${id}/logs?limit=5000&after=${after}`)
    count += body.lines.length
    last = body.lines.at(-1)?.line
    after = body.next
  }
  expect(count).toBe(100_001)
  expect(last).toContain('the log is full')
}, 60_000)

import { describe, expect, test } from 'vitest'
import {
  closeLog,
  type LogLine,
  openLog,
  receiveLines,
  refillLogs,
} from '../../dashboard/src/live/log-store.ts'

const line = (id: number): LogLine => ({ id, line: `line ${id}`, created_at: '2026-01-15T12:00:00Z' })
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => line(from + i))

describe('an open log', () => {
  test('is read page by page; what the stream brings meanwhile comes after, and nothing twice', async () => {
    const asked: number[] = []
    const { buffer, ready } = openLog('t1', async (after) => {
      asked.push(after)
      receiveLines('t1', range(6, 8))
      return after === 0 ? { lines: range(1, 5), next: 5 } : { lines: range(6, 7), next: null }
    })
    await ready
    expect(asked).toEqual([0, 5])
    expect(buffer.lines.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    receiveLines('t1', range(8, 9))
    receiveLines('another', range(10, 11))
    expect(buffer.lines.at(-1)?.id).toBe(9)
    closeLog('t1', buffer)
    receiveLines('t1', range(12, 13))
    expect(buffer.lines.at(-1)?.id).toBe(9)
  })

  test('is read on from its last line when the stream missed something', async () => {
    const asked: number[] = []
    const { buffer, ready } = openLog('t2', async (after) => {
      asked.push(after)
      return { lines: after === 0 ? range(1, 3) : range(4, 6), next: null }
    })
    await ready
    await refillLogs()
    expect(asked).toEqual([0, 3])
    expect(buffer.lines).toHaveLength(6)
    closeLog('t2', buffer)
  })

  test('that cannot be read says so', async () => {
    const { ready } = openLog('t3', () => Promise.reject(new Error('no')))
    await expect(ready).rejects.toThrow('no')
  })
})

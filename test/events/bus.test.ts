import { expect, test } from 'vitest'
import { createBus } from '../../app/events/bus.ts'
import type { EventRow } from '../../db/writer.ts'

const row = (id: number, source_id: string, parent_id: string | null = null): EventRow => ({
  ...{ id, type: 'log', source_id, parent_id, at: 0 },
  ...{ data: '{}', wire_id: null, seq: null },
})

test('an event comes once: to those that listen to its source, to its parent, or to everything, and to no other', async () => {
  const bus = createBus()
  const listening = ['C', 'T', 'X', undefined].map((source) => bus.subscribe(source))
  bus.publish([row(1, 'C', 'C'), row(2, 'T', 'C'), row(3, 'C'), row(4, 'T')])
  bus.close()
  const ids = await Promise.all(listening.map(async (one) => (await one.next())?.map(({ id }) => id)))
  expect(ids).toEqual([[1, 2, 3], [2, 4], undefined, [1, 2, 3, 4]])
})

test('who watches is handed the rows of each commit until it has enough, those told to no stream as well', () => {
  const bus = createBus()
  const seen: EventRow[][] = []
  const end = bus.watch((rows) => void seen.push(rows))
  const commits = [[row(1, 'T', 'C')], [{ ...row(2, 'T'), type: 'stale_log' }]]
  for (const rows of commits) bus.publish(rows)
  end()
  bus.publish([row(3, 'T')])
  expect(seen).toEqual(commits)
})

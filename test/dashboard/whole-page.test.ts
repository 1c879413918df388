import { expect, test } from 'vitest'
import { wholePage } from '../../dashboard/src/api/whole-page.ts'

test('57: a page that ended early is gone on with until its end, in order and without a rest', async () => {
  const asked: unknown[] = []
  const parts = new Map([
    [undefined, { items: ['a', 'b'], total: 4, truncated: true, skip: 2 }],
    [2, { items: ['c'], total: 4, truncated: true, skip: 3 }],
    [3, { items: ['d'], total: 4 }],
  ])
  const page = await wholePage(async (skip) => {
    asked.push(skip)
    return structuredClone(parts.get(skip)) as { items: string[]; total: number; skip?: number }
  })
  expect(asked).toEqual([undefined, 2, 3])
  expect(page.items).toEqual(['a', 'b', 'c', 'd'])
  expect(page).not.toHaveProperty('skip')
})

import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Admission } from '../../app/server/admission.ts'

test('so many begin in a turn of the event loop, the others after them, in order, and none is forgotten', async () => {
  const admission = new Admission(3)
  const begun: number[] = []
  const arrive = (n: number) => {
    const turn = admission.turn()
    if (turn) void turn.then(() => begun.push(n))
    else begun.push(n)
  }
  for (let n = 1; n <= 8; n++) arrive(n)
  expect(begun).toEqual([1, 2, 3])
  await nextTurn()
  // One that comes while others wait does not overtake them.
  arrive(9)
  expect(begun).toEqual([1, 2, 3, 4, 5, 6])
  await nextTurn()
  expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  for (let n = 10; n <= 12; n++) arrive(n)
  await nextTurn()
  expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
})

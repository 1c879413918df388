import { expect, test } from 'vitest'
import { runSeeds } from '../faults/property/_seed.ts'

test('the promises of the protocol hold where the database is lost and late', async () => {
  const reached = await runSeeds(100_001, 16, true)
  expect(reached).toEqual(
    expect.arrayContaining(['the database was lost', 'the answer to a commit was lost']),
  )
})

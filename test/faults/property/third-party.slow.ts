import { expect, test } from 'vitest'
import { runSeeds } from './_seed.ts'

const SEEDS = Number(process.env['KITT_SEEDS'] ?? 2500)
const FIRST = Number(process.env['KITT_SEED'] ?? 1)

test(`the promises hold where the database is lost and late, for the seeds ${FIRST} to ${FIRST + SEEDS - 1}`, async () => {
  const reached = await runSeeds(FIRST, SEEDS, true)
  if (SEEDS >= 2000)
    expect(reached).toEqual(
      expect.arrayContaining([
        'the database was lost',
        'the answer to a commit was lost',
        'the server restarted',
        'campaign completed',
      ]),
    )
}, 3_600_000)

import { expect, test } from 'vitest'
import { runSeeds } from './_seed.ts'

const SEEDS = Number(process.env['KITT_SEEDS'] ?? 500)
const FIRST = Number(process.env['KITT_SEED'] ?? 1)

/** What the seeds must lead to, so that they cannot pass by doing nothing. */
const FAULTS = [
  'a request came late',
  'a request came twice',
  'a request was lost',
  'an agent was killed',
  'an answer was lost',
  'the clock was set',
  'the server restarted',
]
const ENDS = [
  'Given up',
  'No progress',
  'it broke',
  'undeliverable',
  'campaign cancelled',
  'campaign completed',
]
const STATES = ['cancelled', 'failed', 'lost', 'succeeded', 'superseded']

test(`the promises of the protocol hold for the seeds ${FIRST} to ${FIRST + SEEDS - 1}`, async () => {
  const reached = await runSeeds(FIRST, SEEDS)
  if (SEEDS >= 500) expect(reached).toEqual(expect.arrayContaining([...FAULTS, ...ENDS, ...STATES]))
}, 1_800_000)

import { test } from 'vitest'
import { runSeeds } from './_seed.ts'

/** Two files, so that two processes share the seeds. Those of every commit come first, and are left out here. */
const SEEDS = 25_000

test(`the promises of the protocol hold for ${SEEDS} more seeds`, async () => {
  await runSeeds(10_000, SEEDS)
}, 7_200_000)

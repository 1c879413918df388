import { test } from 'vitest'
import { runSeeds } from './_seed.ts'

const SEEDS = 25_000

test(`the promises of the protocol hold for ${SEEDS} seeds after those`, async () => {
  await runSeeds(10_000 + SEEDS, SEEDS)
}, 7_200_000)

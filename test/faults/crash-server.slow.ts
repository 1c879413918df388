import { expect, test } from 'vitest'
import { killCampaigns } from './_campaign-kill.ts'

const FIRST = Number(process.env['KITT_SEED'] ?? 1)

test('1: kill -9 in mid-campaign, at moments of 100 seeds: it resumes soon and finishes, each cell with one result', async () => {
  // Most kills hit a test that runs, and that must then be run again.
  expect(await killCampaigns(FIRST, 100)).toBeGreaterThan(20)
})

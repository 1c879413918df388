import { expect, test } from 'vitest'
import { killCampaigns } from './_campaign-kill.ts'

const FIRST = Number(process.env['KITT_SEED'] ?? 1)

test('1: kill -9 in mid-campaign, at moments of 100 seeds: it resumes within 5 s and finishes, each cell with one result', async () => {
  const { again, resumed } = await killCampaigns(FIRST, 100)
  console.log({ again, resumed_s: { median: resumed[50], longest: resumed.at(-1) } })
  expect(resumed.at(-1), `${resumed}`).toBeLessThan(5)
  // Most kills hit a test that runs, and that must then be run again.
  expect(again).toBeGreaterThan(20)
})

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Engine } from '../alerts/_lab.ts'
import { steady } from '../alerts/_lab.ts'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'
import { confirmAtOnce, runUntil, setupWith, worker } from './_worker.ts'

const panel = (page: Page, title: string) =>
  page.locator('section', { has: page.getByRole('heading', { name: title, exact: true }) })

/** A server after some nights, and its overview, open from before what comes next. */
async function after(nights: Engine[]) {
  const { url, token, api } = await startDashboard()
  const agent = await worker(api)
  await agent.nights(nights)
  const setup = await setupWith(api, nights.length)
  await confirmAtOnce(api, setup)
  const page = await openPage({ url, token })
  await panel(page, 'What got worse').getByText('Nothing that KITT has noticed.').waitFor()
  // Nothing that is seen from now on comes from a reload.
  const loads: string[] = []
  page.on('framenavigated', (frame) => loads.push(frame.url()))
  return { api, agent, setup, page, loads }
}

const before = (nights: number): Engine[] => Array.from({ length: nights }, (_, i) => ({ tps: steady(i) }))
const shows = (page: Page, text: string) => async () => (await page.getByText(text).count()) > 0

describe.skipIf(withoutBrowser)('a change of a nightly run', () => {
  useBrowser()

  test('an upgrade that costs 6 %: suspected, run again, confirmed, acknowledged, accepted, and judged anew', async () => {
    const { agent, page, loads, setup, api } = await after(before(20))
    const slower = { tps: 94, version: '0.11.2' }
    await agent.run(slower)
    const worse = panel(page, 'What got worse')
    await worse.getByText('confirming, 0 of 3').waitFor()
    let n = 0
    await runUntil(shows(page, 'confirmed'), () => agent.runNext({ ...slower, tps: 94 + 0.1 * n++ }))
    await worse.getByText(/engine 0\.11\.0 → 0\.11\.2/).waitFor()
    expect(n).toBeGreaterThanOrEqual(3)
    expect(loads).toEqual([])

    await worse.getByRole('link', { name: /slower/ }).click()
    await page.getByRole('heading', { level: 1, name: /: [5-7](\.\d)? % slower$/ }).waitFor()
    await page.getByText('3 of 3 confirming runs are there').waitFor()
    await panel(page, 'What changed').getByText('0.11.2', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByRole('dialog').getByLabel('Note').fill('looking into it')
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
    await panel(page, 'Steps').getByText('looking into it').waitFor()
    await page.getByRole('button', { name: 'Accept as the new normal' }).click()
    await page.getByRole('dialog').getByLabel('Note').fill('the price of a fix')
    await page.getByRole('dialog').getByRole('button', { name: 'Accept as the new normal' }).click()
    await panel(page, 'Steps').getByText('accepted', { exact: true }).waitFor()
    expect(await page.locator('header').getByRole('button', { name: 'Resolve' }).count()).toBe(0)

    await page.locator('article header').getByRole('link', { name: /Qwen/ }).click()
    const segments = page.getByRole('table', { name: 'Segments' })
    await segments.getByText(/accepted: the price of a fix/).waitFor()
    expect(await segments.locator('tbody tr').count()).toBe(2)
    await page.getByRole('img', { name: /in 2 segments$/ }).waitFor()
    await agent.run({ ...slower, tps: 94.1 })
    await page
      .getByText(/25 runs/)
      .first()
      .waitFor()
    await setupWith(api, 25)
    const { items } = await (
      await api.api.v1.alerts.$get({ query: { open: 'true', setup_id: setup } })
    ).json()
    expect(items).toEqual([])
  })

  test('a noisy run is run again and cleared, and the overview is calm again', async () => {
    const { agent, page, loads } = await after(before(8))
    await agent.run({ tps: 91 })
    const worse = panel(page, 'What got worse')
    await worse.getByText(/^confirming/).waitFor()
    let n = 0
    await runUntil(shows(page, 'Nothing that KITT has noticed.'), () => agent.runNext({ tps: steady(n++) }))
    expect(loads).toEqual([])
    await page.getByRole('link', { name: 'Alerts' }).click()
    await page.getByRole('table', { name: 'Alerts' }).getByText('cleared').waitFor()
  })

  test('a slow machine ends as environment, and the page says that it is not the engine', async () => {
    const { agent, page } = await after(before(8))
    const slow: Engine = { tps: 92, given: { system: { driver_version: '575.10' } } }
    await agent.run(slow)
    await panel(page, 'What got worse')
      .getByText(/^confirming/)
      .waitFor()
    await runUntil(shows(page, 'environment'), () => agent.runNext(slow))
    await panel(page, 'What got worse')
      .getByRole('link', { name: /slower/ })
      .click()
    await page
      .getByText(/not by its engine/)
      .first()
      .waitFor()
    await panel(page, 'What changed').getByText('575.10').waitFor()
    await page.getByRole('button', { name: 'Resolve' }).waitFor()
  })
})

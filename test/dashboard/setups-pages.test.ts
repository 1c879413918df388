import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'
import { settled } from './_pages.ts'
import { answerSetups, setupAnswers } from './_setup-answers.ts'

const phone = { viewport: { width: 390, height: 844 } }

/** A page of a server whose setups and alerts are given. */
async function open(path: string, options: object = {}) {
  const { url, token } = await startDashboard()
  const answers = setupAnswers()
  const page = await openPage({ url, token, path: '/settings', ...options })
  await answerSetups(page, answers)
  await page.goto(path)
  await settled(page)
  return { page, answers, url }
}

describe.skipIf(withoutBrowser)('the list of setups', () => {
  useBrowser()

  test('tells state and last run in words, with a colour only where it is confirmed', async () => {
    const { page } = await open('/setups')
    const row = (state: string) => page.getByRole('row', { name: new RegExp(`\\b${state}\\b`) })
    await row('worse').getByText('6.1 % slower').waitFor()
    const tone = (state: string, text: string) => row(state).getByText(text).getAttribute('data-tone')
    expect(await tone('worse', '6.1 % slower')).toBe('bad')
    expect(await tone('suspect', '4.2 % slower')).toBe('plain')
    expect(await tone('improved', '5.3 % faster')).toBe('ok')
    await row('steady').getByText('as usual, within 3.1 %').waitFor()
    await row('learning').getByText('too few runs to judge').waitFor()
    await row('worse').getByRole('img', { name: 'Output throughput, the last 30 runs' }).waitFor()
  })

  test('keeps its filters in the URL, over a reload and the back button', async () => {
    const { page } = await open('/setups')
    await page.getByRole('combobox', { name: 'State' }).click()
    await page.getByRole('option', { name: 'Confirming' }).click()
    await page.waitForURL(/state=confirming/)
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1)
    await page.reload()
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 1)
    await page.goBack()
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 7)
  })

  test('has cards of two lines on a phone, none of them too wide', async () => {
    const { page } = await open('/setups', phone)
    const row = page.getByRole('row', { name: /suspect/ })
    const box = await row.boundingBox()
    expect(box?.height).toBeLessThan(80)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})

describe.skipIf(withoutBrowser)('the page of a setup', () => {
  useBrowser()

  test('shows where it changed and with what, the environment, and the runs as a table', async () => {
    const { page, answers } = await open(`/setups/${setupAnswers().setups[0]?.id}`)
    await page
      .getByRole('img', { name: /^Output throughput \(tok\/s\) over time, 80 runs in 1 segment/ })
      .waitFor()
    await page
      .getByRole('list', { name: 'Where it changed' })
      .getByText(/6\.1\s% slower since .*: engine 0\.11\.0 → 0\.11\.2/)
      .waitFor()
    const lanes = page.getByRole('list', { name: 'Environment over time' })
    for (const value of ['0.11.0', '0.11.2', '565.57', '570.86']) await lanes.getByText(value).waitFor()
    // The kernel was the same all the time, so it has no lane.
    expect(await lanes.getByText('kernel').count()).toBe(0)
    await page.getByText('As a table').click()
    const table = page.getByRole('table', { name: 'Runs of the series' })
    expect(await table.getByRole('row').count()).toBe(81)
    expect(await table.getByText('left out: throttled').count()).toBeGreaterThan(2)
    expect(answers.alerts).toHaveLength(3)
  })

  test('zooms by dragging, by the brush and by keyboard, and shows all again', async () => {
    const { page } = await open(`/setups/${setupAnswers().setups[0]?.id}`)
    await page.getByText('As a table').click()
    const rows = page.getByRole('table', { name: 'Runs of the series' }).locator('tbody tr')
    await rows.nth(79).waitFor()
    const plot = page.locator('.u-over')
    await plot.scrollIntoViewIfNeeded()
    const box = await plot.boundingBox()
    if (!box) throw new Error('The chart is not in sight.')
    await page.mouse.move(box.x + box.width * 0.5, box.y + 150)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.8, box.y + 150, { steps: 8 })
    await page.mouse.up()
    await expect.poll(() => rows.count()).toBeLessThan(30)
    const zoomed = await rows.count()
    expect(zoomed).toBeGreaterThan(15)
    const from = page.getByRole('slider', { name: 'Shown from' })
    await from.focus()
    await page.keyboard.press('PageDown')
    await expect.poll(() => rows.count()).toBeGreaterThan(zoomed)
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => rows.count()).toBe(80)
  })

  test('opens the run that is clicked', async () => {
    const { page } = await open(`/setups/${setupAnswers().setups[0]?.id}`, { expected: /404/ })
    const plot = page.locator('.u-over')
    await plot.scrollIntoViewIfNeeded()
    const box = await plot.boundingBox()
    if (!box) throw new Error('The chart is not in sight.')
    for (let y = box.y + 20; y < box.y + 120 && !page.url().includes('/results/'); y += 12) {
      await page.mouse.move(box.x + box.width * 0.3, y)
      await page.mouse.click(box.x + box.width * 0.3, y)
    }
    await page.waitForURL(/\/results\/r\d+$/)
  })

  test('takes another metric and a logarithmic axis, both in the URL', async () => {
    const { page } = await open(`/setups/${setupAnswers().setups[0]?.id}`)
    await page.getByRole('combobox', { name: 'Metric', exact: true }).click()
    await page.getByRole('option', { name: 'Time to first token, median' }).click()
    await page.getByRole('img', { name: /^Time to first token, median \(ms\) over time/ }).waitFor()
    await page.getByRole('switch', { name: 'Logarithmic' }).check({ force: true })
    await page.waitForURL(/metric=ttft_ms\.p50.*scale=log|scale=log.*metric=ttft_ms\.p50/)
    await page.reload()
    await page.getByRole('img', { name: /^Time to first token, median \(ms\) over time/ }).waitFor()
  })

  test('lets an administrator change the rule, and refuses a number that is none', async () => {
    const { page, answers } = await open(`/setups/${setupAnswers().setups[0]?.id}`)
    const sent: unknown[] = []
    await page.route(/\/rule$/, (route) => {
      sent.push(route.request().postDataJSON())
      return route.fulfill({ json: { updated: true } })
    })
    const delta = page.getByRole('textbox', { name: 'Output throughput: Worse from, %' })
    const save = page.getByRole('button', { name: 'Save' }).first()
    expect(await save.isEnabled()).toBe(false)
    await delta.fill('a lot')
    expect(await save.isEnabled()).toBe(false)
    await delta.fill('4')
    await page.getByRole('button', { name: 'Do not watch Time to first token, median' }).click()
    await save.click()
    await page.getByText('The rule is saved').waitFor()
    const { confirm, enabled } = answers.details.get(answers.setups[0]?.id ?? '')?.rule ?? {}
    expect(sent).toEqual([{ enabled, confirm, watch: { output_tps: { delta: 0.04, margin: 0.03 } } }])
  })
})

describe.skipIf(withoutBrowser)('the page of an alert', () => {
  useBrowser()

  test('says how much, what changed, which runs, and who did what', async () => {
    const { page, answers } = await open(`/alerts/${setupAnswers().alerts[0]?.id}`)
    await page.getByRole('heading', { name: 'Output throughput: 6.1 % slower' }).waitFor()
    await page.getByText('−7.4 to −4.9 %').first().waitFor()
    await page.getByText('3 of 3 confirming runs are there').waitFor()
    const runs = page.getByRole('table', { name: 'Runs of the alert' })
    expect(await runs.getByRole('link', { name: 'confirming' }).count()).toBe(3)
    expect(await runs.getByRole('link', { name: /^control/ }).count()).toBe(1)
    const changed = page.locator('section', { has: page.getByRole('heading', { name: 'What changed' }) })
    expect((await changed.textContent())?.replaceAll(/\s+/g, '')).toContain('engine0.11.0→became0.11.2')
    expect(answers.alerts[0]?.state).toBe('confirmed')
  })

  test('offers the steps its state allows; a silence needs an end and a reason', async () => {
    const { page, answers } = await open(`/alerts/${setupAnswers().alerts[0]?.id}`)
    const sent: unknown[] = []
    await page.route(/\/silence$/, (route) => {
      sent.push(route.request().postDataJSON())
      return route.fulfill({ json: { ...answers.alerts[0], state: 'silenced' } })
    })
    const names = await page.locator('header').getByRole('button').allTextContents()
    expect(names.filter((name) => name !== '')).toEqual([
      ...['Acknowledge', 'Accept as the new normal', 'Resolve', 'Silence', 'False alarm'],
    ])
    await page.getByRole('button', { name: 'Silence' }).click()
    const dialog = page.getByRole('dialog')
    const take = dialog.getByRole('button', { name: 'Silence' })
    await dialog.getByLabel('Reason').fill('Known, fixed upstream.')
    expect(await take.isEnabled()).toBe(false)
    await dialog.getByLabel('Or until the engine has version').fill('0.11.3')
    await take.click()
    await page.getByText('The alert is silenced.').waitFor()
    expect(sent).toEqual([{ version: '0.11.3', reason: 'Known, fixed upstream.' }])
  })
})

describe.skipIf(withoutBrowser)('the overview', () => {
  useBrowser()

  test('begins with what got worse and what is being confirmed', async () => {
    const { url, token, api } = await startDashboard()
    await api.api.v1.agents.register.$post({ json: { name: 'gpu-1' } })
    const page = await openPage({ url, token, path: '/settings' })
    await answerSetups(page, setupAnswers())
    await page.goto('/')
    await page.getByRole('heading', { name: 'What got worse' }).waitFor()
    const titles = await page.locator('main h2').allTextContents()
    expect(titles.slice(0, 2)).toEqual(['What got worse', 'Agents'])
    const list = page.locator('section', { has: page.getByRole('heading', { name: 'What got worse' }) })
    await list.getByText('confirming, 1 of 3').waitFor()
    await list.getByText('A scheduled run did not come').waitFor()
    expect(await list.getByText('steady').count()).toBe(0)
    await list.getByRole('link', { name: 'Output throughput: 6.1 % slower' }).click()
    await page.waitForURL(/\/alerts\//)
  })
})

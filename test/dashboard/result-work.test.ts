import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Client } from '../../app/client/client.ts'
import { eventually } from '../_eventually.ts'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { documentOf, randomFrom } from './_documents.ts'
import { startDashboard, temporaryHome } from './_kitt.ts'

/** What the browser reports of a server that is away. */
const LOST = /ERR_CONNECTION_|ERR_HTTP2|ERR_INCOMPLETE|Failed to fetch dynamically imported module/
const PHONE = { width: 390, height: 844 }

/** The result of a test on a virtual agent, which keeps its requests. */
async function measured({ api }: Client): Promise<string> {
  const { agent_id } = await (await api.v1.agents.virtual.$post({ json: { name: 'v' } })).json()
  const json = { agent_id, model_path: 'm', engine_name: 'simulated', options: { requests: 12 } }
  const { id } = await (await api.v1.quicktest.$post({ json })).json()
  return eventually(async () => {
    const test = await (await api.v1.quicktest[':id'].$get({ param: { id } })).json()
    return test.result_id ?? undefined
  })
}

/** Stores results of several models with a long throughput each. */
async function imported({ api }: Client, count: number): Promise<string[]> {
  const random = randomFrom(9)
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const gpu = { model: 'NVIDIA H100 80GB HBM3', vram_gb: 80, count: 8 }
    const about = { model: `qwen-${i % 3}-with-a-name-of-some-length`, engine: 'vllm', engineVersion: '0.11' }
    const load = { at: Date.now() - i * 60_000, gpu, speed: 9000 + i, concurrency: 64, requests: 8 }
    const answer = await api.v1.results.import.$post({
      json: documentOf({ ...about, ...load }, random) as never,
    })
    const body = await answer.json()
    if ('id' in body) ids.push(body.id)
  }
  return ids
}

const isWithinWindow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)

describe.skipIf(withoutBrowser)('a result', () => {
  useBrowser()

  test('is no dead end: its requests, its setup, another run; what is noted on it is found in the list', async () => {
    const { url, token, api } = await startDashboard()
    const id = await measured(api)
    const page = await openPage({ url, token, path: `/results/${id}` })
    await page.getByRole('img', { name: /^13 requests over time, up to 1 at once$/ }).waitFor()
    await page.getByRole('img', { name: /^Tokens in flight over time, at most/ }).waitFor()
    await page.getByRole('img', { name: /^Time to first token of 12 requests: p50/ }).waitFor()
    await page.getByRole('link', { name: /^History/ }).waitFor()
    await page.getByText('The first run of its setup').waitFor()
    await page.getByText(/metrics under the names of KITT 1/).waitFor()
    await page.getByRole('textbox', { name: 'Notes' }).fill('The fan was loud.')
    await page.getByRole('combobox', { name: 'Tags' }).fill('release')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Notes and tags saved.').waitFor()
    await page.getByRole('link', { name: 'release' }).click()
    await page.waitForURL(/\/results\?tag=release$/)
    await page.getByRole('table', { name: 'Results' }).getByRole('link', { name: 'm', exact: true }).click()
    expect(await page.getByRole('textbox', { name: 'Notes' }).inputValue()).toBe('The fan was loud.')
    await page.getByRole('button', { name: 'Run again' }).click()
    await page.waitForURL(/\/quicktests\/[0-9a-f]{16}$/)
    await page.getByRole('link', { name: 'Open the result' }).click()
    await page.getByRole('link', { name: 'Compare with the run before' }).waitFor()
    await page.goto('/results')
    await page.getByRole('checkbox', { name: 'Tick all on this page' }).check()
    const measureAgain = () => page.getByRole('button', { name: 'Measure again' }).click()
    await measureAgain()
    const question = page.getByRole('dialog', { name: 'Measure 2 results again?' })
    await question.getByText('A campaign of 1 test starts at once on v. Results of the same').waitFor()
    await question.getByRole('button', { name: 'Cancel' }).click()
    await measureAgain()
    await question.getByRole('button', { name: 'Launch 1 test' }).click()
    await page.waitForURL(/\/campaigns\/[0-9a-f]{16}$/)
    await page.getByText('1 succeeded', { exact: true }).waitFor()
    // What was only asked for is no campaign.
    expect((await (await api.api.v1.campaigns.$get({ query: {} })).json()).total).toBe(1)
  })

  test('is chosen with all others that match, tagged and deleted; in a list of tests its number stands', async () => {
    const { url, token, api } = await startDashboard()
    await imported(api, 40)
    const page = await openPage({ url, token, path: '/results?q=qwen-1' })
    const rows = page.getByRole('table', { name: 'Results' }).locator('tbody tr')
    await page
      .getByRole('checkbox', { name: /^Tick qwen/ })
      .first()
      .check()
    await page.getByRole('button', { name: 'Tick all 13 matches' }).click()
    await page.getByText('13 results ticked', { exact: true }).waitFor()
    const before = await rows.first().boundingBox()
    await page.getByRole('button', { name: 'Tag', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Tags to give' }).fill('old')
    await page.keyboard.press('Enter')
    // The page under it stays where it is.
    expect((await rows.first().boundingBox())?.width).toBe(before?.width)
    // It covers the whole window, the place of the scrollbar too.
    const cover = await page.locator('.mantine-Modal-overlay').boundingBox()
    expect(cover?.width).toBe(await page.evaluate(() => window.innerWidth))
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('13 results changed.').waitFor()
    await page.getByRole('button', { name: 'Columns' }).click()
    await page.getByRole('checkbox', { name: 'GPU', exact: true }).check()
    await page.getByRole('columnheader', { name: 'GPU' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('13 results deleted.').waitFor()
    await page.getByText('No result matches the filters.').waitFor()
    expect(await rows.count()).toBe(0)
  })

  test('stands on a phone beside others without overlap, and in a list as a card of two lines', async () => {
    const { url, token, api } = await startDashboard()
    const ids = await imported(api, 8)
    const page = await openPage({ url, token, path: `/compare?ids=${ids.join(',')}`, viewport: PHONE })
    const numbers = page.getByRole('group', { name: 'Numbers' })
    await numbers.locator('[data-size="large"]').first().waitFor()
    const edges = await numbers.locator('td').evaluateAll((cells) =>
      cells.flatMap((cell) => {
        const { right } = cell.getBoundingClientRect()
        return [...cell.querySelectorAll('[data-size]')].map(
          (one) => right - one.getBoundingClientRect().right,
        )
      }),
    )
    const starts = await numbers.locator('td').evaluateAll((cells) =>
      cells.flatMap((cell) => {
        const { left } = cell.getBoundingClientRect()
        return [...cell.querySelectorAll('[data-size]')].map((one) => one.getBoundingClientRect().left - left)
      }),
    )
    expect(Math.min(...edges, ...starts)).toBeGreaterThanOrEqual(-0.5)
    expect(await isWithinWindow(page)).toBe(true)
    await page.goto('/results')
    const card = page.getByRole('table', { name: 'Results' }).locator('tbody tr').first()
    expect((await card.boundingBox())?.height).toBeLessThan(72)
    await card.getByRole('checkbox').check()
    await page.getByText('One result ticked').waitFor()
    expect(await isWithinWindow(page)).toBe(true)
  })
})

describe.skipIf(withoutBrowser)('the app without its server', () => {
  useBrowser()

  test('stays open: a page that was not loaded yet says so, and comes when the server is back', async () => {
    const home = temporaryHome()
    const first = await startDashboard({ home })
    const { url, token, port } = first
    const page = await openPage({ url, token, path: '/agents', expected: LOST })
    await page.getByText('No agents yet.').waitFor()
    await first.stop('SIGKILL')
    await page.getByRole('link', { name: 'Charts' }).click()
    await page.getByText('this part of the app was not loaded before', { exact: false }).waitFor()
    expect(page.url()).toBe(`${url}/charts`)
    await page.getByRole('link', { name: 'Agents' }).click()
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Charts' }).click()
    await page.getByText('this part of the app was not loaded before', { exact: false }).waitFor()
    await startDashboard({ home, port })
    await page.getByRole('heading', { name: 'Charts', level: 1 }).waitFor({ timeout: 30_000 })
  })
})

describe.skipIf(withoutBrowser)('a log', () => {
  useBrowser()

  test('is as high as its lines, and is searched', async () => {
    const { url, token, api } = await startDashboard()
    const id = await measured(api)
    const { quick_test_id } = await (await api.api.v1.results[':id'].$get({ param: { id } })).json()
    const page = await openPage({ url, token, path: `/quicktests/${quick_test_id}` })
    const box = page.getByLabel('Log lines')
    await box.locator('time').first().waitFor()
    // It is as high as its lines, not a window onto nothing.
    const { height = 0 } = (await box.boundingBox()) ?? {}
    expect(height).toBeGreaterThan(60)
    await page.getByRole('textbox', { name: 'Search the log' }).fill('simulated')
    await page.getByText(/^1 of \d+$/).waitFor()
    await page.keyboard.press('Enter')
    expect(await box.locator('mark').count()).toBeGreaterThan(0)
    await page.getByRole('textbox', { name: 'Search the log' }).fill('no such words')
    await page.getByText('nothing found').waitFor()
  })
})

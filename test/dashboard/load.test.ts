import { describe, expect, test } from 'vitest'
import type { Client } from '../../app/client.ts'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'

/** A test that runs, and whose agent can be spoken for. */
async function runningTest({ api }: Client): Promise<string> {
  const { agent_id } = await (await api.v1.agents.register.$post({ json: { name: 'gpu-1' } })).json()
  const json = { agent_id, model_path: 'm', engine_name: 'vllm', force: true }
  const { id } = await (await api.v1.quicktest.$post({ json })).json()
  await api.v1.agents[':id'].heartbeat.$post({ param: { id: agent_id }, json: { boot_id: 'b' } })
  await api.v1.quicktest[':id'].status.$post({ param: { id }, json: { status: 'running' } })
  return id
}

const send = ({ api }: Client, id: string, from: number, count: number) =>
  api.v1.quicktest[':id'].logs.$post({
    param: { id },
    json: { lines: Array.from({ length: count }, (_, i) => ({ seq: from + i, line: `line ${from + i}` })) },
  })

describe.skipIf(withoutBrowser)('a log', () => {
  useBrowser()

  test('of a hundred thousand lines holds few in the page, follows, and stops following when scrolled up', async () => {
    const { url, token, api } = await startDashboard()
    const id = await runningTest(api)
    for (let from = 0; from < 99_000; from += 9000) await send(api, id, from, 9000)
    const page = await openPage({ url, token, path: `/quicktests/${id}` })
    await page.getByText('99,000 lines').waitFor({ timeout: 60_000 })
    await page.getByText('line 98999', { exact: true }).waitFor()
    const box = page.getByLabel('Log lines')
    expect(await box.locator('time').count()).toBeLessThan(200)

    await send(api, id, 99_000, 10)
    await page.getByText('line 99009', { exact: true }).waitFor()
    await box.hover()
    await page.mouse.wheel(0, -3000)
    await page.getByRole('button', { name: 'Jump to end' }).waitFor()
    await send(api, id, 99_010, 10)
    await page.getByText('99,020 lines').waitFor()
    expect(await page.getByText('line 99019', { exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Jump to end' }).click()
    await page.getByText('line 99019', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Jump to end' }).waitFor({ state: 'detached' })
  }, 120_000)

  test('takes five hundred lines a second without holding the page up', async () => {
    const { url, token, api } = await startDashboard()
    const id = await runningTest(api)
    const page = await openPage({ url, token, path: `/quicktests/${id}` })
    await page.getByText('Nothing is logged yet.').waitFor()
    await page.evaluate(() => {
      const seen = window as unknown as { longest: number }
      seen.longest = 0
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration)
      }).observe({ type: 'longtask' })
    })
    for (let n = 0; n < 30; n++) {
      await Promise.all([send(api, id, n * 50, 50), new Promise((resolve) => setTimeout(resolve, 100))])
    }
    await page.getByText('line 1499', { exact: true }).waitFor()
    const longest = await page.evaluate(() => (window as unknown as { longest: number }).longest)
    console.info(`longest task under 500 lines/s: ${Math.round(longest)} ms`)
    // Twice the aim of 200 ms: the machine may be busy with other tests.
    expect(longest).toBeLessThan(400)
  })
})

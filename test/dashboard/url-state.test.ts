import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { documentOf, randomFrom } from './_documents.ts'
import { startDashboard } from './_kitt.ts'

const random = randomFrom(3)
const gpu = { model: 'NVIDIA L4', vram_gb: 24, count: 1 }

/** A server with thirty results of two models on two engines. */
async function withResults() {
  const server = await startDashboard()
  const { agents } = server.api.api.v1
  const { agent_id: id } = await (await agents.register.$post({ json: { name: 'gpu-1' } })).json()
  const report = (i: number) => {
    const measured = {
      ...{ model: i % 2 ? 'qwen-7b' : 'llama-8b', engine: i % 3 ? 'vllm' : 'sglang', engineVersion: '1' },
      ...{ at: Date.now() - i * 3_600_000, gpu, speed: 50 + i, concurrency: 1, requests: 100 },
    }
    const json = { command_id: `c${i}`, status: 'completed', result_data: documentOf(measured, random) }
    return agents[':id'].results.$post({ param: { id }, json: json as never })
  }
  await Promise.all(Array.from({ length: 30 }, (_, i) => report(i)))
  return server
}

/** Waits until the list has so many rows. */
const hasRows = (page: Page, count: number) =>
  page.waitForFunction((n) => document.querySelectorAll('tbody tr').length === n, count)

describe.skipIf(withoutBrowser)('what a list shows', () => {
  useBrowser()

  test('stands in the URL: it survives reload, and the back button undoes it step by step', async () => {
    const { url, token } = await withResults()
    const page = await openPage({ url, token, path: '/results' })
    const rows = page.getByRole('table', { name: 'Results' }).locator('tbody tr')
    await page.getByText('1–25 of 30').waitFor()
    await page.getByRole('combobox', { name: 'Engine' }).click()
    await page.getByRole('option', { name: 'sglang' }).click()
    await page.waitForURL(/engine=sglang/)
    await hasRows(page, 10)
    await page.getByRole('textbox', { name: 'Model' }).fill('qwen')
    await page.waitForURL(/q=qwen/)
    await page.getByRole('button', { name: 'Output' }).click()
    await page.waitForURL(/sort=-metric%3Aoutput_tps/)
    await hasRows(page, 5)
    const speeds = async () =>
      (await rows.allTextContents()).map((text) =>
        Number(/([\d.,]+) tok\/s/.exec(text)?.[1]?.replace(',', '')),
      )
    // The rows from before stand until the sorted ones are there.
    await expect.poll(speeds, { timeout: 10_000 }).toEqual((await speeds()).toSorted((a, b) => b - a))
    const before = await rows.allTextContents()

    await page.reload()
    await hasRows(page, 5)
    expect(await rows.allTextContents()).toEqual(before)
    expect(await page.getByRole('textbox', { name: 'Model' }).inputValue()).toBe('qwen')
    const when = rows.first().locator('time').last()
    await when.hover()
    expect(await when.textContent()).toBe('yesterday')
    expect(await when.getAttribute('title')).toMatch(/^.+ · \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/)

    await page.goBack()
    await page.goBack()
    await hasRows(page, 10)
    expect(await page.getByRole('textbox', { name: 'Model' }).inputValue()).toBe('')
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByText('1–25 of 30').waitFor()
    await page.getByRole('button', { name: 'Next page' }).click()
    await page.waitForURL(/page=2/)
    await hasRows(page, 5)
  })

  test('a URL that makes no sense shows the list as it is', async () => {
    const { url, token } = await withResults()
    const path = '/results?page=-7&passed=perhaps&columns=engine,nonsense&status=%7B%22a%22%3A1%7D'
    const page = await openPage({ url, token, path })
    await page.getByText('1–25 of 30').waitFor()
    await page.getByRole('columnheader', { name: 'Engine' }).waitFor()
    expect(await page.getByText('nonsense').count()).toBe(0)
  })
})

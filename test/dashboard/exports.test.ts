import { readFileSync } from 'node:fs'
import { parquetReadObjects } from 'hyparquet'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { csvObjects } from '../exports/_exports.ts'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { documentOf, randomFrom } from './_documents.ts'
import { startDashboard } from './_kitt.ts'
import { settled } from './_pages.ts'
import { answerSetups, setupAnswers } from './_setup-answers.ts'

const random = randomFrom(5)
const gpu = { model: 'NVIDIA L4', vram_gb: 24, count: 1 }

/** A server with six results of two models, and one that failed. */
async function withResults() {
  const server = await startDashboard()
  const { agents } = server.api.api.v1
  const { agent_id: id } = await (await agents.register.$post({ json: { name: 'gpu-1' } })).json()
  for (let i = 0; i < 7; i++) {
    const passed = i < 6
    const measured = {
      ...{ model: !passed ? 'broken' : i % 2 ? 'qwen-7b' : '=llama', engine: 'vllm', engineVersion: '1' },
      ...{ at: Date.now() - i * 3_600_000, gpu, speed: 50 + i, concurrency: 1, requests: 100, passed },
    }
    const json = { command_id: `c${i}`, status: 'completed', result_data: documentOf(measured, random) }
    await agents[':id'].results.$post({ param: { id }, json: json as never })
  }
  return server
}

/** What a click saves: its name and its bytes. */
async function saved(page: Page, click: () => Promise<void>) {
  const [download] = await Promise.all([page.waitForEvent('download'), click()])
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) }
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47])

describe.skipIf(withoutBrowser)('what is saved from the page', () => {
  useBrowser()

  test('the results that match the filters, and the numbers and the drawing of a chart', async () => {
    const { url, token } = await withResults()
    const page = await openPage({ url, token, path: '/results?q=llama' })
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 3)
    const choose = (text: string) => async () => {
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('menuitem', { name: text, exact: true }).click()
    }
    const csv = await saved(page, choose('CSV'))
    expect(csv.name).toMatch(/^kitt-results-\d{4}-\d\d-\d\d\.csv$/)
    expect(csvObjects(csv.bytes.toString()).map(({ model }) => model)).toEqual(Array(3).fill("'=llama"))
    const parquet = await saved(page, choose('Parquet'))
    const { buffer, byteOffset, byteLength } = parquet.bytes
    const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
    expect(await parquetReadObjects({ file })).toHaveLength(3)
    const leftOut = page.getByText(/^The file is without/)
    const bencher = await saved(page, choose('Bencher'))
    expect(Object.keys(JSON.parse(bencher.bytes.toString()))).toHaveLength(1)
    await saved(page, choose('CSV'))
    expect(await leftOut.count()).toBe(0)
    // A file that lacks results says so.
    await page.goto('/results')
    await settled(page)
    await saved(page, choose('Bencher'))
    await leftOut.waitFor()
    expect(await leftOut.textContent()).toBe(
      'The file is without 1 result that statistics leave out: failed.',
    )

    await page.goto('/charts')
    await settled(page)
    const chart = page.getByRole('group', { name: /^Save the chart: .* over Time$/ })
    const save = (kind: string) => () => chart.getByRole('button', { name: kind }).click()
    const rows = csvObjects((await saved(page, save('CSV'))).bytes.toString())
    expect(rows).toHaveLength(6)
    expect(rows[0]).toMatchObject({ result_id: expect.stringMatching(/^[0-9a-f]{16}$/) })
    const svg = (await saved(page, save('SVG'))).bytes.toString()
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    expect(svg).toContain('qwen-7b')
    // Elsewhere there are no custom properties.
    expect(svg).not.toContain('var(')
    const png = await saved(page, save('PNG'))
    expect([png.name.endsWith('.png'), png.bytes.subarray(0, 4)]).toEqual([true, PNG])
    expect(png.bytes.byteLength).toBeGreaterThan(5000)
  })

  test('a series: every run of it, and its segments and points drawn anew', async () => {
    const { url, token } = await startDashboard()
    const answers = setupAnswers()
    const page = await openPage({ url, token, path: '/settings' })
    await answerSetups(page, answers)
    await page.goto(`/setups/${answers.ofResult}`)
    await settled(page)
    const chart = page.getByRole('group', { name: /^Save the chart: / }).first()
    const save = (kind: string) => () => chart.getByRole('button', { name: kind }).click()
    const rows = csvObjects((await saved(page, save('CSV'))).bytes.toString())
    expect(rows.length).toBeGreaterThan(30)
    const svg = (await saved(page, save('SVG'))).bytes.toString()
    expect(svg.match(/<circle /g)?.length).toBe(rows.length)
    expect(svg).not.toMatch(/var\(|NaN/)
    expect((await saved(page, save('PNG'))).bytes.subarray(0, 4)).toEqual(PNG)
  })
})

import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'

const RESULTS = 12
const notes = Array.from({ length: 150 }, () => 'x'.repeat(10_000))

/** A server with results of 1.5 MB each: an answer holds five of them. */
async function withLongResults() {
  const server = await startDashboard()
  for (let i = 0; i < RESULTS; i++) {
    const document = { model: `model-${i}`, engine: 'vllm', timestamp: 1_768_000_000 + i, notes, results: [] }
    await server.api.api.v1.results.import.$post({ json: document as never })
  }
  return server
}

describe.skipIf(withoutBrowser)('results too large for one page', () => {
  useBrowser()

  test('57: the overview shows all of its latest results, though no answer holds as many', async () => {
    const { url, api } = await withLongResults()
    await api.api.v1.agents.virtual.$post({ json: {} })
    const page = await openPage({ url, path: '/' })
    const table = page.getByRole('table', { name: 'Latest results' })
    await table.getByText('model-4', { exact: true }).waitFor()
    const shown = await table.getByText(/^model-\d+$/).allTextContents()
    expect(shown).toEqual(Array.from({ length: 8 }, (_, i) => `model-${RESULTS - 1 - i}`))
  })

  test('57: a page that ended early goes on with the next one, none lost and none twice', async () => {
    const { url } = await withLongResults()
    const page = await openPage({ url, path: '/results?sort=timestamp' })
    const pager = page.getByRole('main').getByRole('navigation', { name: 'Pages' })
    const next = pager.getByRole('button', { name: 'Next page' })
    const found: string[] = []
    const said: string[] = []
    for (;;) {
      await page.getByText(`model-${found.length}`, { exact: true }).first().waitFor()
      const rows = await page
        .getByRole('main')
        .getByText(/^model-\d+$/)
        .allTextContents()
      said.push((await pager.textContent()) ?? '')
      expect(said.at(-1)).toBe(`${found.length + 1}–${found.length + rows.length} of ${RESULTS}`)
      found.push(...rows)
      if (await next.isDisabled()) break
      await next.click()
    }
    expect(found).toEqual(Array.from({ length: RESULTS }, (_, i) => `model-${i}`))
    expect(said.length).toBeGreaterThan(1)
    while (await pager.getByRole('button', { name: 'Previous page' }).isEnabled())
      await pager.getByRole('button', { name: 'Previous page' }).click()
    await page.getByText('model-0', { exact: true }).waitFor()
  })
})

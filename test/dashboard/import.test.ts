import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { thirtyFiles } from './_import-files.ts'
import { startDashboard } from './_kitt.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'kitt-drop-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Drops files and folders on the page as a person does: the browser itself reads them from the disk. */
async function drop(page: Page, paths: string[]) {
  const devtools = await page.context().newCDPSession(page)
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 700, y: 300, data })
}

/** The longest time that the page did not react, from now on; ms. */
async function watchTasks(page: Page) {
  await page.evaluate(() => {
    const seen = { longest: 0 }
    Object.assign(window, { seen })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration)
    }).observe({ type: 'longtask' })
  })
  return () => page.evaluate(() => (window as unknown as { seen: { longest: number } }).seen.longest)
}

describe.skipIf(withoutBrowser)('the import page', () => {
  useBrowser()

  test('takes thirty files of five tools at once, asks once, and compares them with where they are from', async () => {
    const { url, token, api } = await startDashboard()
    const home = folder()
    const files = thirtyFiles()
    const nested = join(home, 'runs')
    mkdirSync(join(nested, 'deep'), { recursive: true })
    // Half of them lie in a folder, with much that is no result.
    const paths = files.map(({ name, text }, i) => {
      const path = join(i % 2 === 0 ? home : join(nested, 'deep'), name)
      writeFileSync(path, text)
      return path
    })
    writeFileSync(join(nested, 'settings.json'), '{"theme":"dark"}')
    writeFileSync(join(nested, 'model.safetensors'), 'x')
    writeFileSync(join(home, 'notes.txt'), 'Nothing of any tool.')
    writeFileSync(join(home, 'huge.json'), '')
    truncateSync(join(home, 'huge.json'), 129 * 1024 * 1024)

    const page = await openPage({ url, token, path: '/results', expected: /status of 400/ })
    await page.getByRole('link', { name: 'import the result files' }).click()
    await page.getByText('Drop result files or folders anywhere').waitFor()
    const longest = await watchTasks(page)
    const alone = paths.filter((_, i) => i % 2 === 0)
    await drop(page, [...alone, nested, join(home, 'notes.txt'), join(home, 'huge.json')])

    const bar = page.getByRole('region', { name: 'Import' })
    await bar.getByText('24 new runs, 15 of unknown model or engine, 2 files refused.').waitFor()
    await page.getByRole('heading', { name: '32 files' }).waitFor()
    await page.getByText('1 other file in the folders, which hold no result').waitFor()
    const row = (name: string) => page.getByRole('row', { name: new RegExp(name) })
    await row('vllm-0.json').getByText('vllm bench serve').waitFor()
    await row('guidellm-0.json').getByText('guidellm 0.5.0').waitFor()
    await row('aiperf-0.json').getByText('runs/deep/').waitFor()
    await row('huge.json').getByText('It is larger than 128 MiB. Import it in parts.').waitFor()
    await row('notes.txt')
      .getByText(/of no format that KITT knows/)
      .waitFor()
    await row('sglang-0.jsonl').getByText('asks', { exact: true }).waitFor()

    await page.getByLabel('Model', { exact: true }).fill('org/m-7b')
    await page.getByLabel('Engine', { exact: true }).fill('vllm')
    await page.getByLabel('GPU', { exact: true }).fill('NVIDIA H100')
    await page.getByLabel('Host', { exact: true }).fill('gpu-1')
    await page.getByLabel('Tags', { exact: true }).fill('history')
    await bar.getByRole('button', { name: 'Import 39 runs' }).click()
    await bar.getByText('39 runs imported, 2 files refused.').waitFor()
    expect(await longest()).toBeLessThan(process.env['CI'] ? 500 : 1000)

    const stored = await (await api.api.v1.results.$get({ query: { per_page: '50' } })).json()
    expect(stored.total).toBe(39)
    expect(stored.items.every((item) => (item as { tags?: string[] }).tags?.includes('history'))).toBe(true)

    await bar.getByRole('link', { name: 'Compare them' }).click()
    await page.getByRole('heading', { name: 'What differs' }).waitFor()
    const bars = page.getByRole('img', { name: /Output throughput \(tok\/s\) as bars:/ })
    expect((await bars.getAttribute('aria-label'))?.split(';').length).toBeGreaterThanOrEqual(30)
    const differences = page.getByRole('group', { name: 'What differs' })
    expect(await differences.getByText('imported', { exact: true }).count()).toBe(39)
    await differences.getByText('guidellm 0.5.0').first().waitFor()
    await differences
      .getByText(/host gpu-1 \(told by admin\)/)
      .first()
      .waitFor()

    // The same again is known already, and what was typed is offered.
    await page.goto('/import')
    await page.getByText('Drop result files or folders anywhere').waitFor()
    await page.locator('input[type=file]').first().setInputFiles(paths.slice(0, 2))
    await bar.getByText('2 known already.').waitFor()
    expect(await bar.getByRole('button', { name: 'Import', exact: true }).isDisabled()).toBe(true)
    await page.locator('#earlier-host option[value="gpu-1"]').waitFor({ state: 'attached' })
    await page.getByRole('link', { name: 'org/m-7b' }).first().click()
    await page.getByRole('heading', { name: 'Imported' }).waitFor()
    await page.getByText('gpu-1, told by admin').waitFor()
  })
})

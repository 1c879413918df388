import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createTestApp, temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'
import { launchChromium } from './_chromium.ts'
import { seedLab } from './_lab.ts'

const TO = fileURLToPath(new URL('../../test-results/screenshots/', import.meta.url))
const WIDTHS = [1440, 390]
const SCHEMES = ['light', 'dark'] as const
const only = process.env['ONLY']?.split(',')

test('every page, wide and narrow, light and dark', async () => {
  rmSync(TO, { recursive: true, force: true })
  mkdirSync(TO, { recursive: true })
  const home = temporaryFolder()
  const app = await createTestApp({ dbPath: join(home, 'kitt.db') })
  const lab = await seedLab(app)
  await app.deps.writer.close()
  const server = await startKitt({ home })
  const browser = await launchChromium()
  const faults: string[] = []
  for (const width of WIDTHS)
    for (const colorScheme of SCHEMES) {
      const context = await browser.newContext({
        baseURL: server.url,
        colorScheme,
        viewport: { width, height: 900 },
      })
      await context.addInitScript((token) => localStorage.setItem('kitt.token', token), server.token)
      const page = await context.newPage()
      page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`))
      page.on(
        'console',
        (message) => message.type() === 'error' && faults.push(`${page.url()}: ${message.text()}`),
      )
      for (const [name, path] of Object.entries(pagesOf(lab))) {
        if (only && !only.includes(name)) continue
        await page.goto(path)
        await page.locator('h1').waitFor()
        await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
        await page.waitForTimeout(name === 'charts' || name === 'compare' ? 1500 : 400)
        const wide = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        if (wide > 0) faults.push(`${name} is ${wide} px wider than a window of ${width}`)
        await page.screenshot({ path: join(TO, `${name}-${width}-${colorScheme}.png`), fullPage: true })
      }
      await context.close()
    }
  await browser.close()
  expect(faults).toEqual([])
})

function pagesOf({ agents, tests, results, campaigns, running }: Awaited<ReturnType<typeof seedLab>>) {
  const failed = tests.find(({ status }) => status === 'failed')
  const live = tests.find(({ status }) => status === 'running')
  const withFailures = campaigns.find(({ failed: n }) => n > 0)
  return {
    overview: '/',
    agents: '/agents',
    agent: `/agents/${agents.get('h100-a')}`,
    'agent-hostile': `/agents/${[...agents.values()].at(-1)}`,
    tests: '/quicktests',
    'test-new': `/quicktests/new?agent_id=${agents.get('spark')}&model=models%2Fllama.gguf`,
    'test-running': `/quicktests/${live?.id}`,
    'test-failed': `/quicktests/${failed?.id}`,
    campaigns: '/campaigns',
    'campaign-new': '/campaigns/new',
    'campaign-review': '/campaigns/new?step=review',
    'campaign-running': `/campaigns/${running}`,
    'campaign-failed': `/campaigns/${withFailures?.id}`,
    results: '/results',
    'results-filtered': '/results?engine=vllm&sort=-metric%3Aoutput_tps&q=qwen',
    result: `/results/${results[0]?.id}`,
    compare: `/compare?ids=${results
      .slice(0, 3)
      .map(({ id }) => id)
      .join(',')}`,
    charts: '/charts',
    models: '/models?q=qwen',
    engines: '/engines',
    settings: '/settings',
    missing: '/nothing-here',
  }
}

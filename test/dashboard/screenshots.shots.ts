import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import type { Client } from '../../app/client/client.ts'
import { createTestApp, temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'
import { startDevon } from '../models/_devon.ts'
import { launchChromium } from './_chromium.ts'
import { DEVON } from './_devon-models.ts'
import { documentOf, randomFrom } from './_documents.ts'
import { keptOutputs, keptSeries } from './_kept.ts'
import { seedLab } from './_lab.ts'
import { settled } from './_pages.ts'
import { EMPTY_SHOTS, READER_SHOTS, type Shot, sharedShots, shotsOf } from './_shots.ts'

const TO = fileURLToPath(new URL('../../test-results/screenshots/', import.meta.url))
/** `WIDTHS=1200,768` takes others. */
const WIDTHS = (process.env['WIDTHS'] ?? '1440,390').split(',').map(Number)
const LOOKS = WIDTHS.flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)
const only = process.env['ONLY']?.split(',')
const faults: string[] = []

test('every page, wide and narrow, light and dark', async () => {
  rmSync(TO, { recursive: true, force: true })
  mkdirSync(TO, { recursive: true })
  const home = temporaryFolder()
  const app = await createTestApp({ dbPath: join(home, 'kitt.db') })
  const lab = await seedLab(app)
  await app.deps.writer.close()
  await using devon = await startDevon(DEVON)
  const server = await startKitt({ home, env: { KITT_DEVON_URL: devon.url } })
  const empty = await startKitt({ home: temporaryFolder() })
  const browser = await launchChromium()
  // The fleet stays as it is for as long as it takes.
  await lab.stay(server.client)
  const heart = setInterval(() => void lab.stay(server.client).catch(() => {}), 20_000)
  onTestFinished(() => clearInterval(heart))
  const kept = await keptResult(server.client)
  const judged = await judgedOf(server.client)
  const shared = await access(server.client, {
    ...judged,
    kept,
    ids: lab.results.slice(0, 3).map(({ id }) => id),
  })
  await take(browser, server.url, server.token, shotsOf(lab, { ...judged, kept }))
  await take(browser, server.url, undefined, READER_SHOTS)
  await take(browser, server.url, undefined, sharedShots(shared))
  await take(browser, empty.url, empty.token, EMPTY_SHOTS)
  await browser.close()
  expect(faults).toEqual([])
})

/** A result with its requests, the readings of its GPUs, notes and tags. */
async function keptResult({ api }: Client): Promise<string> {
  const measured = {
    ...{
      model: 'Qwen/Qwen2.5-7B-Instruct',
      engine: 'vllm',
      engineVersion: '0.11.2',
      at: Date.now() - 60_000,
    },
    ...{
      gpu: { model: 'NVIDIA H100 80GB HBM3', vram_gb: 80, count: 2 },
      speed: 90,
      concurrency: 16,
      requests: 120,
    },
  }
  const document = documentOf(measured, randomFrom(3))
  const [run] = document['results'] as Record<string, unknown>[]
  const metrics = { ...(run?.['metrics'] as object), gpu_series: keptSeries(14) }
  const results = [{ ...run, outputs: keptOutputs(122), metrics }]
  const json = { ...document, results }
  const body = await (await api.v1.results.import.$post({ json: json as never })).json()
  const id = 'id' in body ? body.id : ''
  const change = {
    notes: 'After the driver update; the fan was loud.',
    tags: ['release', 'v1.2', 'driver 570'],
  }
  await api.v1.results[':id'].$patch({ param: { id }, json: change })
  return id
}

/** A token, a notification, and a link to a view of each kind, by what it shows. */
async function access({ api }: Client, of: { setup: string; kept: string; ids: string[] }) {
  await api.v1.tokens.$post({ json: { name: 'wall screen', scope: 'read' } })
  await api.v1.tokens.$post({ json: { name: 'CI of the inference team', scope: 'run' } })
  const views = {
    result: { kind: 'result' as const, id: of.kept },
    comparison: { kind: 'comparison' as const, ids: of.ids },
    series: { kind: 'series' as const, setup_id: of.setup, metric: 'output_tps' },
  }
  const secrets: Record<string, string> = {}
  for (const [name, view] of Object.entries(views)) {
    const made = await (
      await api.v1.shares.$post({ json: { name: `the ${name} for the vendor`, view } })
    ).json()
    secrets[name] = made.secret
  }
  return secrets
}

/** The worst setup and the newest alert, once the server has judged what was stored. */
async function judgedOf({ api }: Client): Promise<{ setup: string; alert: string }> {
  for (;;) {
    const [setup] = (await (await api.v1.setups.$get({ query: { state: 'worse' } })).json()).items
    const [other] = (await (await api.v1.setups.$get({ query: {} })).json()).items
    const [alert] = (await (await api.v1.alerts.$get({ query: {} })).json()).items
    if (other && alert) return { setup: (setup ?? other).id, alert: alert.id }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function take(browser: Browser, baseURL: string, token: string | undefined, shots: Shot[]) {
  for (const { width, colorScheme } of LOOKS) {
    const context = await browser.newContext({ baseURL, colorScheme, viewport: { width, height: 900 } })
    if (token) await context.addInitScript((given) => localStorage.setItem('kitt.token', given), token)
    const page = await context.newPage()
    watch(page)
    for (const { name, path, prepare } of shots) {
      if (only && !only.includes(name)) continue
      await page.goto(path)
      await settled(page)
      await prepare?.(page)
      // Charts draw themselves once they know their size.
      await page.waitForTimeout(/chart|compare/.test(name) ? 1500 : 300)
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      if (wide > 0) faults.push(`${name} is ${wide} px wider than a window of ${width}`)
      await page.screenshot({ path: join(TO, `${name}-${width}-${colorScheme}.png`), fullPage: true })
    }
    await context.close()
  }
}

function watch(page: Page) {
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    // A link that shows nothing is refused.
    const isRefused = page.url().includes('/shared#share_none') && message.text().includes('403')
    // One of the files to import holds no result.
    const isNoResult = page.url().endsWith('/import') && message.text().includes('400')
    if (message.type() === 'error' && !isRefused && !isNoResult)
      faults.push(`${page.url()}: ${message.text()}`)
  })
}

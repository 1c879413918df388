import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest'
import { launchChromium, withoutBrowser } from './_chromium.ts'

const KEPT = fileURLToPath(new URL('../../test-results/', import.meta.url))
/** Generous: what is awaited comes within a second, but the machine may be busy with other tests. */
const WAIT_MS = 60_000
const TEST_MS = 240_000
/** A trace holds the page after every step, which takes a good part of the time. */
const TRACED = process.env['KITT_TRACE'] === '1'
let browser: Browser | undefined

/** Has one browser for all tests of a file, and time for each. */
export function useBrowser(): void {
  vi.setConfig({ testTimeout: TEST_MS })
  if (withoutBrowser) return
  beforeAll(async () => {
    browser = await launchChromium()
  })
  afterAll(() => browser?.close())
}

export type OpenOptions = BrowserContextOptions & {
  /** The server, like `https://127.0.0.1:8080`. */
  url: string
  /** Signs in with it. */
  token?: string
  path?: string
  /** Console errors that the test itself provokes. */
  expected?: RegExp
}

/**
 * Opens a page in a browser profile of its own. The test fails where the page reports an error or breaks its
 * Content-Security-Policy; a screenshot of a failed test is kept in test-results/, and a trace with KITT_TRACE=1.
 */
export async function openPage({ url, token, path = '/', expected, ...options }: OpenOptions): Promise<Page> {
  if (!browser) throw new Error('Call useBrowser() in the file first.')
  // Without motion: what has opened stands still at once.
  const still = { ignoreHTTPSErrors: true, reducedMotion: 'reduce' } as const
  const context = await browser.newContext({ ...still, baseURL: url, ...options })
  context.setDefaultTimeout(WAIT_MS)
  if (TRACED) await context.tracing.start({ snapshots: true })
  const page = await context.newPage()
  const faults = watch(page, expected)
  const name = (expect.getState().currentTestName ?? 'test').replaceAll(/[^\w]+/g, '-').slice(0, 100)
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail' || faults.length > 0) {
      mkdirSync(KEPT, { recursive: true })
      await page.screenshot({ path: join(KEPT, `${name}.png`), fullPage: true })
      if (TRACED) await context.tracing.stop({ path: join(KEPT, `${name}.zip`) })
    }
    await context.close()
    expect(faults, 'errors in the page').toEqual([])
  })
  if (token) await context.addInitScript(signIn, token)
  await page.goto(path)
  return page
}

/** Runs in every document, those of the browser itself too, which have no storage. */
function signIn(token: string) {
  if (location.protocol.startsWith('http')) localStorage.setItem('kitt.token', token)
}

/** Collects what a page must not do: errors in the console, uncaught ones, blocked styles and scripts. */
function watch(page: Page, expected: RegExp | undefined): string[] {
  const faults: string[] = []
  const note = (text: string) => {
    if (!expected?.test(text)) faults.push(text)
  }
  page.on('console', (message) => {
    const where = message.location().url
    if (message.type() === 'error' || /Content.Security.Policy/i.test(message.text()))
      note(`${message.text()} ${where}`)
  })
  page.on('pageerror', (error) => note(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1' && !request.url().startsWith('blob:'))
      note(`asked another host: ${request.url()}`)
  })
  return faults
}

import type { Browser, Page } from 'playwright-core'
import type { Client } from '../../app/client/client.ts'
import { launchChromium } from './_chromium.ts'

export type FirstLoad = {
  /** Until the page's first figures stood there, from the start of the navigation. */
  contentMs: number
  /** Until anything was painted. */
  paintMs: number
  /** Of script, as it was sent. */
  scriptKb: number
  scripts: string[]
  /** Files and questions to the API. */
  requests: number
}

/** What tells that the overview shows what it is for: an agent, and a result. */
const CONTENT = 'table[aria-label="Latest results"] tbody td'
const SAID = 'the first figures stand'

/**
 * Opens the overview in a browser that has never been there, and gives what that took.
 * @param restMs how long the browser stands before it is sent there; at 0 its own start runs beside the page's
 */
export async function firstLoad(
  { url, token }: { url: string; token: string },
  restMs: number,
): Promise<FirstLoad> {
  const browser = await launchChromium()
  try {
    return await measureLoad(browser, { url, token, restMs })
  } finally {
    await browser.close()
  }
}

type Visit = { url: string; token: string; restMs: number }

async function measureLoad(browser: Browser, { url, token, restMs }: Visit): Promise<FirstLoad> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true })
  await context.addInitScript(
    ({ secret, content, said }) => {
      if (!location.protocol.startsWith('http')) return
      localStorage.setItem('kitt.token', secret)
      const look = () => {
        if (!document.querySelector(content)) return
        watcher.disconnect()
        // After the frame that shows it, not before.
        const shown = () => {
          performance.mark('content')
          console.debug(said)
        }
        requestAnimationFrame(() => setTimeout(shown))
      }
      const watcher = new MutationObserver(look)
      watcher.observe(document, { childList: true, subtree: true })
    },
    { secret: token, content: CONTENT, said: SAID },
  )
  const page = await context.newPage()
  await new Promise((resolve) => setTimeout(resolve, restMs))
  // Told by the page, not looked for in it: looking takes the page's own time.
  const shown = page.waitForEvent('console', (message) => message.text() === SAID)
  await page.goto(url)
  await shown
  return page.evaluate(() => {
    const files = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const scripts = files.filter(({ name }) => new URL(name).pathname.endsWith('.js'))
    return {
      contentMs: performance.getEntriesByName('content')[0]?.startTime ?? Number.NaN,
      paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      scriptKb: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1024,
      scripts: scripts.map(({ name }) => new URL(name).pathname),
      requests: files.length,
    }
  })
}

const QUIET_MS = 1500

/** Waits until a page has asked nothing for a while: what it read before its stream began, it reads again. */
export async function quiet(page: Page): Promise<void> {
  let lastAt = performance.now()
  const note = () => {
    lastAt = performance.now()
  }
  page.on('request', note)
  while (performance.now() - lastAt < QUIET_MS) await page.waitForTimeout(100)
  page.off('request', note)
}

/** Tests that run, each on an agent of its own that can be spoken for. */
export async function runningTests({ api }: Client, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = 1; n <= count; n++) {
    const { agent_id } = await (await api.v1.agents.register.$post({ json: { name: `gpu-${n}` } })).json()
    const json = { agent_id, model_path: `model-${n}`, engine_name: 'vllm', force: true }
    const { id } = await (await api.v1.quicktest.$post({ json })).json()
    await api.v1.agents[':id'].heartbeat.$post({ param: { id: agent_id }, json: { boot_id: 'b' } })
    await api.v1.quicktest[':id'].status.$post({ param: { id }, json: { status: 'running' } })
    ids.push(id)
  }
  return ids
}

export const sendLines = ({ api }: Client, id: string, from: number, count: number) =>
  api.v1.quicktest[':id'].logs.$post({
    param: { id },
    json: { lines: Array.from({ length: count }, (_, i) => ({ seq: from + i, line: `line ${from + i}` })) },
  })

const TICK_MS = 100
/** Above the five hundred a second that are asked for: a tick that comes late must not bring it below. */
const EVENTS_PER_TICK = 60

export type Burst = {
  /** Events, by the answers of the server that made them. */
  sent: number
  perSecond: number
  /** From the first request until the page showed the last line. */
  elapsedMs: number
  /** The longest time the page was held up; tasks under 50 ms count as none. */
  longestMs: number
  /** How often the page was changed. */
  changes: number
  /** What the page asked of the server meanwhile. */
  asked: string[]
}

/** Sends over 500 events a second, lines and progress, of tests that run; gives what that did to a page. */
export async function burst(client: Client, page: Page, tests: string[], seconds: number): Promise<Burst> {
  const asked: string[] = []
  const note = (request: { url(): string }) => asked.push(new URL(request.url()).pathname)
  page.on('request', note)
  await page.evaluate(watchPage)
  const began = performance.now()
  const ticks = (seconds * 1000) / TICK_MS
  const lines = EVENTS_PER_TICK / tests.length - 1
  const send = async (id: string) => {
    // By the clock, not after the answer before: a slow one is caught up with.
    for (let tick = 0; tick < ticks; tick++) {
      const wait = began + tick * TICK_MS - performance.now()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      await Promise.all([sendLines(client, id, tick * lines, lines), advance(client, id, tick)])
    }
  }
  await Promise.all(tests.map(send))
  const sendingMs = Math.max(performance.now() - began, seconds * 1000)
  await page
    .getByText(`line ${ticks * lines - 1}`, { exact: true })
    .first()
    .waitFor()
  const elapsedMs = performance.now() - began
  page.off('request', note)
  const { longest, changes } = await page.evaluate(
    () => (window as unknown as { seen: { longest: number; changes: number } }).seen,
  )
  const sent = ticks * EVENTS_PER_TICK
  return { sent, perSecond: sent / (sendingMs / 1000), elapsedMs, longestMs: longest, changes, asked }
}

/** Within the page: notes long tasks and changes from now on. */
function watchPage() {
  const seen = { longest: 0, changes: 0 }
  Object.assign(window, { seen })
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration)
  }).observe({ type: 'longtask' })
  new MutationObserver(() => seen.changes++).observe(document.body, {
    ...{ childList: true, subtree: true, characterData: true, attributes: true },
  })
}

const advance = ({ api }: Client, id: string, done: number) =>
  api.v1.quicktest[':id'].status.$post({
    param: { id },
    json: { status: 'running', progress: { done, total: 1000, metrics: { output_tps: 90 + (done % 7) } } },
  })

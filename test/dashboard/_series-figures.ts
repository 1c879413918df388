import type { Page } from 'playwright-core'

export type SeriesFigures = {
  /** From the last byte of the answer until the frame with the chart was painted. */
  drawnMs: number
  /** Of dragging the window of the brush. */
  framesPerSecond: number
  longestFrameMs: number
  /** CPU time of the page's main thread: to choose another metric until it is drawn, and per frame of the drag. */
  cpuMs: { draw: number; frame: number }
}

const DRAGS = 120

/** Notes in every document when a chart's canvas is there, after the frame that shows it. */
export const noteChart = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const look = () => {
      if (!document.querySelector('.uplot canvas')) return
      watcher.disconnect()
      requestAnimationFrame(() => setTimeout(() => performance.mark('chart')))
    }
    const watcher = new MutationObserver(look)
    watcher.observe(document, { childList: true, subtree: true })
  })

/** Measures an open page of a setup: how long its series took to be drawn, and how smoothly it is dragged. */
export async function seriesFigures(page: Page): Promise<SeriesFigures> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const busyMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000
  }
  await page.waitForFunction(() => performance.getEntriesByName('chart').length > 0)
  const drawnMs = await page.evaluate(() => {
    const files = performance.getEntriesByType('resource') as PerformanceResourceTiming[]
    const answered = files
      .filter(({ name }) => /\/series\?metric=output_tps$|\/SeriesChart-.*\.js$/.test(name))
      .map(({ responseEnd }) => responseEnd)
    return (performance.getEntriesByName('chart')[0]?.startTime ?? Number.NaN) - Math.max(...answered)
  })
  const before = await busyMs()
  await page.getByRole('combobox', { name: 'Metric', exact: true }).click()
  await page.getByRole('option', { name: 'Time to first token, median' }).click()
  await page.getByRole('img', { name: /^Time to first token, median.* runs/ }).waitFor()
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
  const draw = (await busyMs()) - before
  // A window of a tenth, so that it can be dragged.
  const until = page.getByRole('slider', { name: 'Shown until' })
  await until.scrollIntoViewIfNeeded()
  const end = await until.boundingBox()
  const start = await page.getByRole('slider', { name: 'Shown from' }).boundingBox()
  if (!end || !start) throw new Error('The brush is not in sight.')
  const y = end.y + end.height / 2
  const width = end.x - start.x
  await page.mouse.move(end.x + 7, y)
  await page.mouse.down()
  await page.mouse.move(start.x + width * 0.5, y, { steps: 5 })
  await page.mouse.up()
  const drawn = await busyMs()
  const middle = start.x + width * 0.25
  await page.evaluate(() => {
    const frames: number[] = []
    Object.assign(window, { frames })
    const note = (at: number) => {
      frames.push(at)
      requestAnimationFrame(note)
    }
    requestAnimationFrame(note)
  })
  await page.mouse.move(middle, y)
  await page.mouse.down()
  for (let n = 1; n <= DRAGS; n++) await page.mouse.move(middle + (width * 0.4 * n) / DRAGS, y)
  await page.mouse.up()
  const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames)
  const dragged = (await busyMs()) - drawn
  const gaps = frames.slice(1).map((at, i) => at - (frames[i] ?? at))
  const seconds = ((frames.at(-1) ?? 0) - (frames[0] ?? 0)) / 1000
  return {
    drawnMs,
    framesPerSecond: gaps.length / seconds,
    longestFrameMs: Math.max(...gaps),
    cpuMs: { draw, frame: dragged / gaps.length },
  }
}

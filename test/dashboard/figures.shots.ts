import { join } from 'node:path'
import { describe, test } from 'vitest'
import { createTestApp, temporaryFolder } from '../_setup.ts'
import { startKitt } from '../e2e/_server.ts'
import { openPage, useBrowser } from './_browser.ts'
import { burst, type FirstLoad, firstLoad, quiet, runningTests } from './_figures.ts'
import { startDashboard } from './_kitt.ts'
import { seedLab } from './_lab.ts'
import { settled } from './_pages.ts'
import { noteChart, seriesFigures } from './_series-figures.ts'
import { answerSetups, setupAnswers } from './_setup-answers.ts'

const ROUNDS = 7
const SECONDS = 10
const say = (text: string) => process.stdout.write(`${text}\n`)

test.each([
  ['started for it', 0],
  ['that stands', 1500],
])('the first page, from a browser %s, that was never there', async (which, restMs) => {
  const home = temporaryFolder()
  const app = await createTestApp({ dbPath: join(home, 'kitt.db') })
  await seedLab(app)
  await app.deps.writer.close()
  const server = await startKitt({ home, tls: true })
  const loads: FirstLoad[] = []
  for (let n = 0; n < ROUNDS; n++) loads.push(await firstLoad(server, restMs))
  const [first] = loads
  const ms = (pick: (load: FirstLoad) => number) => {
    const sorted = loads.map(pick).sort((a, b) => a - b)
    return `${Math.round(sorted[ROUNDS >> 1] ?? 0)} ms (${Math.round(sorted[0] ?? 0)}–${Math.round(sorted.at(-1) ?? 0)})`
  }
  const content = ms(({ contentMs }) => contentMs)
  say(`first page, 400 results, browser ${which}: content ${content}, paint ${ms(({ paintMs }) => paintMs)}`)
  say(
    `  ${first?.scriptKb.toFixed(0)} KB of script in ${first?.scripts.length} files, ${first?.requests} requests`,
  )
})

describe('five hundred events a second', () => {
  useBrowser()

  test.each(['overview', 'test'])('on the page: %s', async (where) => {
    const { url, token, api } = await startDashboard()
    const tests = await runningTests(api, 5)
    const page = await openPage({ url, token, path: where === 'overview' ? '/' : `/quicktests/${tests[0]}` })
    await page.getByText('model-1').first().waitFor()
    await settled(page)
    await quiet(page)
    const { sent, perSecond, longestMs, changes, elapsedMs, asked } = await burst(api, page, tests, SECONDS)
    say(
      `${where}: ${sent} events, ${Math.round(perSecond)} a second, shown after ${(elapsedMs / 1000).toFixed(1)} s, longest task ${Math.round(longestMs)} ms, ${changes} changes of the page, ${asked.length} questions`,
    )
  })
})

describe('ten thousand runs of a setup', () => {
  useBrowser()

  test('are drawn, and dragged', async () => {
    const { url, token } = await startDashboard()
    const answers = setupAnswers({ runs: 10_000 })
    const page = await openPage({ url, token })
    await noteChart(page)
    await answerSetups(page, answers)
    const drawn: number[] = []
    for (let n = 0; n < ROUNDS; n++) {
      await page.goto(`/setups/${answers.setups[0]?.id}`)
      const { drawnMs, framesPerSecond, longestFrameMs, cpuMs } = await seriesFigures(page)
      drawn.push(drawnMs)
      say(
        `series of 10,000 runs: drawn ${Math.round(drawnMs)} ms after its answer, dragged at ${Math.round(framesPerSecond)} frames a second, the longest ${Math.round(longestFrameMs)} ms; CPU: ${Math.round(cpuMs.draw)} ms for another metric, ${cpuMs.frame.toFixed(1)} ms a frame`,
      )
    }
    say(`  median ${Math.round(drawn.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0)} ms`)
  })
})

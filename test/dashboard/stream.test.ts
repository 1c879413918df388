import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { runningTests, sendLines } from './_figures.ts'
import { startDashboard, temporaryHome } from './_kitt.ts'

/** What the browser reports of a server that is not there, and of streams that it cut. */
const LOST = /ERR_CONNECTION_|ERR_HTTP2|ERR_INCOMPLETE/

describe.skipIf(withoutBrowser)('the event stream', () => {
  useBrowser()

  test('tells of what happens, without a reload and without asking again and again', async () => {
    const { url, token, api } = await startDashboard()
    const page = await openPage({ url, token, path: '/agents' })
    await page.getByText('No agents yet.').waitFor()
    await api.api.v1.agents.register.$post({ json: { name: 'gpu-1' } })
    await page.getByRole('link', { name: 'gpu-1' }).waitFor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.waitForTimeout(4000)
    expect(asked).toEqual([])
  })

  test('shows on the overview what a test that runs said last, as it says it', async () => {
    const { url, token, api } = await startDashboard()
    const [id = ''] = await runningTests(api, 1)
    await sendLines(api, id, 0, 3)
    const page = await openPage({ url, token })
    await page.getByText('line 2', { exact: true }).waitFor()
    await sendLines(api, id, 3, 4)
    await page.getByText('line 6', { exact: true }).waitFor()
    expect(await page.getByText(/^line \d$/).allTextContents()).toEqual(['line 6'])
  })

  test('is cut and resumes: a quiet word meanwhile, and nothing is missing after', async () => {
    const home = temporaryHome()
    const first = await startDashboard({ home })
    const { url, token, port } = first
    const { agent_id } = await (
      await first.api.api.v1.agents.register.$post({ json: { name: 'gpu-1' } })
    ).json()
    const page = await openPage({ url, token, path: '/agents', expected: LOST })
    await page.getByRole('link', { name: 'gpu-1' }).waitFor()
    await first.stop('SIGKILL')
    await page.getByText('The connection to the server is lost.', { exact: false }).waitFor()
    await page.getByRole('link', { name: 'gpu-1' }).waitFor()

    const second = await startDashboard({ home, port })
    await second.api.api.v1.agents.register.$post({ json: { name: 'gpu-2' } })
    await second.api.api.v1.agents[':id'].$patch({ param: { id: agent_id }, json: { schedulable: false } })
    await page.getByRole('link', { name: 'gpu-2' }).waitFor({ timeout: 30_000 })
    await page.getByText('draining').waitFor()
    await page
      .getByText('The connection to the server is lost.', { exact: false })
      .waitFor({ state: 'detached' })
  })
})

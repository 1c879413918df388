import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { documentOf, randomFrom } from './_documents.ts'
import { startDashboard } from './_kitt.ts'
import { settled } from './_pages.ts'

const documentWith = (concurrency: number) => ({
  ...documentOf(
    {
      ...{ model: 'qwen-shared', engine: 'vllm', engineVersion: '0.11.0', at: 1_790_000_000_000 },
      gpu: { model: 'NVIDIA H100', vram_gb: 80, count: 1 },
      ...{ speed: 90, concurrency, requests: 64 },
    },
    randomFrom(1),
  ),
  hostname: 'hidden-host',
})

describe.skipIf(withoutBrowser)('access', () => {
  useBrowser()

  test('a token is made and used, a result is shared without one, both are revoked, and the audit tells of it', async () => {
    const { url, token, api } = await startDashboard({ args: ['--protect-reads'] })
    const stored = async (json: never) =>
      ((await (await api.api.v1.results.import.$post({ json })).json()) as { id: string }).id
    const id = await stored(documentWith(8) as never)

    const page = await openPage({ url, token, path: '/settings' })
    await page.getByRole('link', { name: 'Tokens' }).click()
    await page.getByRole('button', { name: 'New token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('viewer')
    await dialog.getByRole('combobox', { name: 'Scope' }).click()
    await page.getByRole('option', { name: /^read/ }).click()
    await dialog.getByRole('button', { name: 'Create the token' }).click()
    const viewer = (await dialog.getByText(/^kitt_[0-9a-f]{64}$/).textContent()) ?? ''
    // The button that made it is gone: the focus stays in the dialog.
    await page.waitForFunction(() => document.activeElement?.closest('[role="dialog"]') != null)
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('table', { name: 'Tokens' }).getByText('viewer').waitFor()

    const reader = await openPage({ url, token: viewer, path: `/results/${id}` })
    await reader.getByText('Signed in, scope read').waitFor()
    await reader.getByRole('heading', { name: 'qwen-shared', level: 1 }).waitFor()
    await reader.getByRole('button', { name: 'Share' }).click()
    await reader.getByRole('dialog').getByText('A token is needed to share this.').waitFor()

    await page.goto(`/results/${id}`)
    await page.getByRole('button', { name: 'Share' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make the link' }).click()
    const link = (await page.getByText(/\/shared#share_[0-9a-f]{64}$/).textContent()) ?? ''
    await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()

    const path = link.slice(url.length)
    const secret = path.split('#')[1] ?? ''
    const stranger = await openPage({ url, path: '/shared', expected: /status of 403/ })
    const asked: string[] = []
    stranger.on('request', (request) => asked.push(request.url()))
    await stranger.goto('about:blank')
    await stranger.goto(`${url}${path}`)
    await stranger.getByRole('heading', { name: 'qwen-shared', level: 1 }).waitFor()
    await settled(stranger)
    await stranger.getByRole('heading', { name: 'Hardware' }).waitFor()
    expect(await stranger.getByRole('navigation').count()).toBe(0)
    expect(await stranger.content()).not.toContain('hidden-host')
    expect(asked.filter((one) => one.includes('/api/')).map((one) => one.slice(url.length))).toEqual([
      '/api/v1/shared',
    ])
    expect(asked.filter((one) => one.split('#')[0]?.includes(secret))).toEqual([])

    await page.goto('/settings/shares')
    await page.getByRole('button', { name: 'Revoke the link “qwen-shared”' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByText('Nothing is shared.').waitFor()
    await stranger.reload()
    await stranger.getByText('This link shows nothing.').waitFor()

    await page.goto('/settings/audit')
    const audit = page.getByRole('table', { name: 'Audit' })
    for (const action of ['tokens.create', 'results.import', 'shares.create', 'shares.delete'])
      await audit.getByText(action).waitFor()

    // Results of one model that differ in their load alone are told apart.
    const ids = [id, await stored(documentWith(16) as never)]
    const view = { kind: 'comparison' as const, ids }
    const made = await (await api.api.v1.shares.$post({ json: { name: 'two loads', view } })).json()
    await stranger.goto('about:blank')
    await stranger.goto(`${url}/shared#${made.secret}`)
    const headers = stranger.getByRole('table', { name: 'Numbers' }).getByRole('columnheader')
    await headers.nth(2).waitFor()
    expect((await headers.allTextContents()).map((text) => text.replace(/\s/g, ' '))).toEqual([
      'Metric',
      '1: concurrency 8',
      '2: concurrency 16',
    ])
  })
})

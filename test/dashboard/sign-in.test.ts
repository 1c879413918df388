import { describe, expect, test } from 'vitest'
import { runKitt } from '../e2e/_server.ts'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard, temporaryHome } from './_kitt.ts'
import { pagesOf, settled } from './_pages.ts'
import { seedHostile } from './_small-lab.ts'

/** The browser itself reports that a question was answered with 403: a token that is not known was tried. */
const TRIED = /status of 403/

describe.skipIf(withoutBrowser)('signing in', () => {
  useBrowser()

  test('the link of the first start signs in, and its token is gone from the address', async () => {
    const { url, token } = await startDashboard()
    const page = await openPage({ url, path: `/#token=${token}` })
    await page.getByText('Signed in').waitFor()
    expect(page.url()).toBe(`${url}/`)
    await page.reload()
    await page.getByText('Signed in').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Read only').waitFor()
    expect(await page.evaluate(() => localStorage.getItem('kitt.token'))).toBeNull()
  })

  test('without a token everything is readable, and an action says that it needs one', async () => {
    const { url, token } = await startDashboard()
    const page = await openPage({ url, expected: TRIED })
    await page.getByText('Read only').waitFor()
    await page.getByRole('heading', { name: 'First steps' }).waitFor()
    await page.getByRole('button', { name: 'Add virtual agent' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('A token is needed to add a virtual agent.').waitFor()

    await dialog.getByLabel(/^Token/).fill('not-the-token-at-all')
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await dialog.getByText('This server does not know this token.').waitFor()
    expect(await page.evaluate(() => localStorage.getItem('kitt.token'))).toBeNull()

    await dialog.getByLabel(/^Token/).fill(token)
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('Signed in', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Add virtual agent' }).click()
    await page.waitForURL(/\/agents\/[0-9a-f]{16}$/)
  })

  test('without a token no page asks for what would be refused, and says what needs one', async () => {
    const { url, api } = await startDashboard()
    await seedHostile(api)
    const page = await openPage({ url })
    const refused: string[] = []
    page.on('response', (response) => {
      if (response.status() === 401 || response.status() === 403) refused.push(response.url())
    })
    const paths = await pagesOf(api)
    for (const path of paths) {
      await page.goto(path)
      await settled(page)
      if (path === '/settings' || /^\/agents\/./.test(path))
        await page.getByText('A token is needed to see the settings.').waitFor()
      if (path.startsWith('/compare')) await page.getByText('A token is needed to compare results.').waitFor()
    }
    expect(refused).toEqual([])
    await page.goto('/settings')
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).first().click()
    await page
      .getByRole('dialog')
      .getByLabel(/^Token/)
      .waitFor()
  })

  test('a server that shows itself to nobody asks for the token first, and is asked for nothing before', async () => {
    const { url, token } = await startDashboard({ args: ['--protect-reads'] })
    const page = await openPage({ url, path: '/agents' })
    await page.getByText('This server requires a token').waitFor()
    await page.getByLabel(/^Token/).fill(token)
    await page.keyboard.press('Enter')
    await page.getByText('No agents yet.').waitFor()
    await page.getByText('This server requires a token').waitFor({ state: 'detached' })
  })

  test('a token that is not valid any more is said to be so; the page goes on without it, or with another', async () => {
    const { url, token, api } = await startDashboard()
    await seedHostile(api)
    const page = await openPage({ url, path: '/results', expected: /status of 4(01|03|29)/ })
    const invalid = page.getByText('The token of this browser is no longer valid')
    const stale = () => page.evaluate(() => localStorage.setItem('kitt.token', 'one-of-before'))
    await stale()
    await page.reload()
    await invalid.waitFor()
    expect(await page.getByText('This server requires a token').count()).toBe(0)
    await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'All results' }).waitFor()
    await page.getByText('Read only').waitFor()
    expect(await page.evaluate(() => localStorage.getItem('kitt.token'))).toBeNull()

    await stale()
    await page.reload()
    await invalid.waitFor()
    await page.getByLabel(/^Token/).fill(token)
    await page.keyboard.press('Enter')
    await page.getByText('Signed in', { exact: true }).waitFor()
    await page.getByRole('heading', { name: 'All results' }).waitFor()
  })

  test('a token that is replaced while a page is open is told of there', async () => {
    const home = temporaryHome()
    const { url, token } = await startDashboard({ home })
    const page = await openPage({ url, token, path: '/agents', expected: /status of 4(01|03|29)/ })
    await page.getByText('Signed in', { exact: true }).waitFor()
    await page.getByText('No agents yet.').waitFor()
    expect(await runKitt(['token', 'rotate-admin'], { env: { KITT_HOME: home } })).toMatchObject({ code: 0 })
    await page.getByText('The token of this browser is no longer valid').waitFor()
  })

  test('a server that asks nobody for a token has everything open', async () => {
    const { url } = await startDashboard({ args: ['--no-auth'] })
    const page = await openPage({ url, path: '/settings' })
    await page.getByText('No token needed').waitFor()
    await page.getByLabel('Model directory').waitFor()
  })
})

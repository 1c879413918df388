import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'

/** The browser itself reports that a question was answered with 401 or 403. */
const REFUSED = /status of 40[13]/

describe.skipIf(withoutBrowser)('signing in', () => {
  useBrowser()

  test('the link of the first start signs in, and its token is gone from the address', async () => {
    const { url, token } = await startDashboard()
    const page = await openPage({ url, path: `/#token=${token}`, expected: REFUSED })
    await page.getByText('Signed in').waitFor()
    expect(page.url()).toBe(`${url}/`)
    await page.reload()
    await page.getByText('Signed in').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Reading only').waitFor()
    expect(await page.evaluate(() => localStorage.getItem('kitt.token'))).toBeNull()
  })

  test('without a token everything is readable, and an action says that it needs one', async () => {
    const { url, token } = await startDashboard()
    const page = await openPage({ url, expected: REFUSED })
    await page.getByText('Reading only').waitFor()
    await page.getByRole('heading', { name: 'First steps' }).waitFor()
    await page.getByRole('button', { name: 'Add virtual agent' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('A token is needed to add a virtual agent.').waitFor()

    await dialog.getByLabel(/^Token/).fill('not-the-token-at-all')
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await dialog.getByText('This server does not know that token.').waitFor()
    expect(await page.evaluate(() => localStorage.getItem('kitt.token'))).toBeNull()

    await dialog.getByLabel(/^Token/).fill(token)
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('Signed in', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Add virtual agent' }).click()
    await page.waitForURL(/\/agents\/[0-9a-f]{16}$/)
  })

  test('a server that shows itself to nobody asks for the token first', async () => {
    const { url, token } = await startDashboard({ args: ['--protect-reads'] })
    const page = await openPage({ url, expected: REFUSED })
    await page.getByText('This server shows itself only to people with a token.').waitFor()
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).first().click()
    await page.getByLabel(/^Token/).fill(token)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'First steps' }).waitFor()
    await page.getByText('This server shows itself only').waitFor({ state: 'hidden' })
  })
})

import { describe, expect, test } from 'vitest'
import { startReceiver } from '../server/_receiver.ts'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'

describe.skipIf(withoutBrowser)('notifications', () => {
  useBrowser()

  test('are added, tested, looked at and deleted on the settings page alone; the secret is shown once', async () => {
    await using receiver = await startReceiver()
    const { url, token } = await startDashboard()
    const page = await openPage({ url, token, path: '/settings' })
    await page.getByText('No notifications yet.').waitFor()
    await page.getByRole('button', { name: 'Add' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Where').click()
    await page.getByRole('option', { name: 'A program (JSON)' }).click()
    await dialog.getByLabel('URL').fill(`${receiver.url}/ok/from-the-page`)
    await dialog.getByLabel('Name').fill('my program')
    await dialog.getByLabel('A test failed').check()
    await dialog.getByRole('button', { name: 'Add' }).click()
    await dialog.getByText(/^whsec_/).waitFor()
    await dialog.getByRole('button', { name: 'Send a test' }).click()
    await dialog.getByText('The test message was taken.').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()

    const row = page.getByRole('row', { name: /my program/ })
    await row.getByText('A test failed').waitFor()
    await row.getByText(`${receiver.url}/…`).waitFor()
    expect(await page.content()).not.toMatch(/whsec_|from-the-page/)
    await row.getByRole('button', { name: 'Messages: my program' }).click()
    await dialog.getByText('delivered').waitFor()
    await page.keyboard.press('Escape')
    await row.getByRole('button', { name: 'Switch off: my program' }).click()
    await row.getByText('off', { exact: true }).waitFor()
    await row.getByRole('button', { name: 'Delete: my program' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No notifications yet.').waitFor()
    expect(receiver.got.map(({ path }) => path)).toEqual(['/ok/from-the-page'])
  })
})

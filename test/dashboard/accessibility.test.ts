import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from './_browser.ts'
import { withoutBrowser } from './_chromium.ts'
import { startDashboard } from './_kitt.ts'
import { pagesOf, settled } from './_pages.ts'
import { answerSetups, setupAnswers } from './_setup-answers.ts'
import { seedHostile } from './_small-lab.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds serious or worse on the page as it stands, or in a part of it. */
async function seriousFindings(page: Page, rules: object, within = 'html') {
  await page.evaluate(AXE)
  const options = JSON.stringify({ resultTypes: ['violations'], ...rules })
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(within)}, ${options})`)
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

/** Has the system ask for a colour scheme, which an open page follows. */
async function show(page: Page, colorScheme: 'light' | 'dark') {
  await page.emulateMedia({ colorScheme })
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor()
}

describe.skipIf(withoutBrowser)('the pages', () => {
  useBrowser()

  test('have no serious finding of axe, neither in the light nor in the dark', async () => {
    const { url, token, api } = await startDashboard()
    await seedHostile(api)
    const page = await openPage({ url, token, colorScheme: 'light' })
    const check = async (where: string, within?: string) => {
      expect(await seriousFindings(page, {}, within), where).toEqual([])
      await show(page, 'dark')
      // In the dark only the colours are others.
      const contrast = { runOnly: ['color-contrast'] }
      expect(await seriousFindings(page, contrast, within), `${where}, dark`).toEqual([])
      await show(page, 'light')
    }
    for (const path of await pagesOf(api)) {
      await page.goto(path)
      await settled(page)
      await check(path)
    }
    const answers = setupAnswers()
    await answerSetups(page, answers)
    for (const path of [
      '/',
      '/setups',
      `/setups/${answers.setups[0]?.id}`,
      `/alerts/${answers.alerts[0]?.id}`,
    ]) {
      await page.goto(path)
      await settled(page)
      await check(`${path}, with alerts`)
    }
    await page.getByRole('button', { name: 'Silence' }).click()
    await page.getByRole('dialog').waitFor()
    await check('the dialog of a step')
    const press = (name: string) => () => page.getByRole('button', { name, exact: true }).first().click()
    const tickAnd = (name: string) => async () => {
      await page.getByRole('checkbox', { name: 'Tick all on this page' }).click()
      await press(name)()
    }
    for (const [path, open, dialog] of [
      ['/agents', press('Add agent'), 'add an agent'],
      ['/results', tickAnd('Tag'), 'give tags'],
      ['/results', tickAnd('Delete'), 'confirm'],
      ['/settings', press('Add'), 'add a notification'],
      ['/settings/tokens', press('New token'), 'create a token'],
      ['/engines', press('New profile'), 'create a profile'],
    ] as const) {
      await page.goto(path)
      await settled(page)
      await open()
      await page.getByRole('dialog').waitFor()
      await check(`the dialog to ${dialog}`, '[role="dialog"]')
    }
  })

  test('are gone through by keyboard alone, with the focus in sight', async () => {
    const { url, token } = await startDashboard()
    const page = await openPage({ url, token, viewport: { width: 390, height: 844 } })
    await page.getByRole('heading', { name: 'First steps' }).waitFor()
    await page.keyboard.press('Tab')
    await page.getByRole('link', { name: 'Skip to the content' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    const menu = page.getByRole('button', { name: 'Open the menu' })
    await menu.and(page.locator(':focus-visible')).waitFor()
    const outline = await page
      .locator(':focus-visible')
      .evaluate((element) => getComputedStyle(element).outlineStyle)
    expect(outline).not.toBe('none')
    await page.keyboard.press('Enter')
    await page.getByRole('navigation', { name: 'Pages' }).waitFor()
    while ((await page.locator(':focus').textContent()) !== 'Agents') await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor()
    expect(await page.getByRole('navigation', { name: 'Pages' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Add virtual agent' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/agents\/[0-9a-f]{16}$/)
  })
})

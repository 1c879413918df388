import { describe, expect, test } from 'vitest'
import { openPage, useBrowser } from '../dashboard/_browser.ts'
import { withoutBrowser } from '../dashboard/_chromium.ts'
import { HOSTILE } from '../dashboard/_hostile.ts'
import { startDashboard } from '../dashboard/_kitt.ts'
import { pagesOf, settled } from '../dashboard/_pages.ts'
import { seedHostile } from '../dashboard/_small-lab.ts'

describe.skipIf(withoutBrowser)('hostile text', () => {
  useBrowser()

  test('45: it is shown as text on every page: no element comes of it, nothing runs, no page gets wider', async () => {
    const { url, token, api } = await startDashboard()
    await seedHostile(api)
    const page = await openPage({ url, token, viewport: { width: 390, height: 844 } })
    const shown = new Set<string>()
    for (const path of await pagesOf(api)) {
      await page.goto(path)
      await settled(page)
      for (const details of await page.locator('details summary').all()) await details.click()
      const seen = await page.evaluate(() => ({
        title: document.title,
        // Only what names could have made: the page itself has neither scripts in its body nor images.
        foreign: document.querySelectorAll('body script, img, [onerror]').length,
        // biome-ignore lint/performance/useDomNodeTextContent: what can be seen, not what is hidden
        text: document.body.innerText,
        // Direction marks and zero-width characters, in text and in what is read on hover or aloud.
        unseen: [
          document.body.textContent ?? '',
          ...[...document.querySelectorAll('[title], [aria-label]')].map(
            (one) => `${one.getAttribute('title')}${one.getAttribute('aria-label')}`,
          ),
        ].filter((text) => /[\u200b-\u200f\u202a-\u202e\u2060-\u2069]/.test(text)).length,
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      }))
      expect(seen.title, path).not.toBe('owned')
      expect(seen.foreign, path).toBe(0)
      expect(seen.unseen, `${path} has text that is not seen, or turns others around`).toBe(0)
      expect(seen.wide, `${path} is too wide`).toBeLessThanOrEqual(0)
      if (seen.text.includes(HOSTILE.script)) shown.add(path.split('/')[1] ?? '')
    }
    for (const area of ['', 'agents', 'quicktests', 'campaigns', 'results'])
      expect([...shown]).toContain(area)
  })
})

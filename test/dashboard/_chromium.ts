import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = [
  process.env['KITT_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The browser of this machine, if it has one. */
export const chromiumPath: string | undefined = PLACES.find((path) => path !== '' && existsSync(path))

/** Whether tests that need a browser are left out: never where everything has to run. */
export const withoutBrowser: boolean = chromiumPath === undefined && process.env['CI'] !== 'true'

if (withoutBrowser)
  console.warn('No Chromium here (set KITT_CHROMIUM to its path): browser tests are skipped.')

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the browser. @throws where there is none */
export function launchChromium(): Promise<Browser> {
  if (!chromiumPath)
    throw new Error('The browser tests need Chromium: install it, or set KITT_CHROMIUM to its path.')
  return chromium.launch({ executablePath: chromiumPath, args: FLAGS })
}

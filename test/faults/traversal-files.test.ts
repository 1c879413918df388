import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { legacyResults } from '../../app/server/legacy-files.ts'
import { temporaryFolder } from '../_setup.ts'
import { asker } from '../e2e/_contract-ask.ts'
import { startKitt } from '../e2e/_server.ts'

test('47: results are not looked for behind links out of the directory, nor round in circles', async () => {
  const [dir, outside] = [temporaryFolder(), temporaryFolder()]
  for (const folder of ['a', 'c']) mkdirSync(join(dir, 'kitt-results', folder), { recursive: true })
  writeFileSync(join(outside, 'metrics.json'), '{"model":"SECRET"}')
  writeFileSync(join(dir, 'kitt-results/a/metrics.json'), '{"model":"a"}')
  symlinkSync(outside, join(dir, 'karr-linked'))
  symlinkSync(outside, join(dir, 'kitt-results/linked'))
  symlinkSync(join(outside, 'metrics.json'), join(dir, 'kitt-results/c/metrics.json'))
  symlinkSync(dir, join(dir, 'kitt-results/round'))
  expect(await legacyResults({ dir, warn: () => {} })()).toEqual([{ model: 'a' }])
})

const UP = [
  '../../',
  '..%2f..%2f',
  '%2e%2e/%2e%2e/',
  '..\\..\\',
  '..%5c..%5c',
  '....//....//',
  '%252e%252e%252f',
]

test('47: no spelling of a path leads from the static files to others of the machine', async () => {
  const home = temporaryFolder()
  writeFileSync(join(home, 'secret.txt'), 'SECRET')
  const server = await startKitt({ home, args: ['--results-dir', home] })
  const ask = asker(server.url)
  for (const from of ['/', '/assets/', '/docs/', '/docs/assets/', '/api/v1/results/', '/api/v1/agent/']) {
    for (const up of UP) {
      for (const target of [
        'bin/kitt.js',
        'package.json',
        'auth-token',
        `${home}/secret.txt`,
        'etc/passwd',
      ]) {
        const { status, text } = await ask({
          method: 'GET',
          path: `${from}${up}${target}`,
          token: server.token,
        })
        const shown = `${from}${up}${target} → ${status} ${text.slice(0, 200)}`
        expect([200, 400, 404], shown).toContain(status)
        // Above all folders begins the page again, which is all that a path of its own shows.
        if (status === 200) expect(text, shown).toMatch(/^<!doctype html>/i)
        expect(text, shown).not.toMatch(/SECRET|root:|"dependencies"|#!/)
        expect(text, shown).not.toContain(server.token)
      }
    }
  }
})

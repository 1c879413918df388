import { expect, test } from 'vitest'
import { resolveConfig } from '../../app/config.ts'
import { temporaryFolder } from '../_setup.ts'
import { runKitt } from '../e2e/_server.ts'

const given = (public_url: string) =>
  resolveConfig({ flags: { public_url }, env: { KITT_HOME: '/nonexistent' } })

test('84: a public URL below a path, or with more than a host, is refused with a sentence; others are taken', () => {
  for (const url of ['https://x/kitt', 'https://x/kitt/', 'https://x/?a=1', 'https://x/#a', 'https://u:p@x'])
    expect(() => given(url), url).toThrow(/^--public-url: must have no path: .*\.$/)
  for (const url of [
    'https://x',
    'https://x/',
    'http://x:8080',
    'https://[::1]:8443/',
    'https://KITT.example',
  ])
    expect(given(url).config.public_url, url).toBe(url)
  expect(() => given('nothing')).toThrow(/^--public-url: must be a URL that begins with/)
})

test('84: the server does not start below a path, and says why', async () => {
  const env = { KITT_HOME: temporaryFolder(), KITT_PUBLIC_URL: 'https://x/kitt' }
  const { code, stderr } = await runKitt(['web', '--insecure', '--host', '127.0.0.1', '--port', '0'], { env })
  expect([code, stderr]).toEqual([2, expect.stringMatching(/KITT_PUBLIC_URL: must have no path/)])
})

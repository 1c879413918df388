import { expect, test } from 'vitest'
import { ConfigSchema } from '../../app/config.ts'
import { reachableUrl } from '../../app/distribution/address.ts'

const LAN = '192.168.1.5'
const reached = (origin: string, given: object = {}, lan: string | undefined = LAN) =>
  reachableUrl({ config: ConfigSchema.parse({ home: '/h', ...given }), lanHost: () => lan }, origin)

test.each([
  ['https://localhost:8080', {}, 'https://192.168.1.5:8080'],
  ['http://127.0.0.1:8080', {}, 'http://192.168.1.5:8080'],
  ['https://[::1]:8080', { host: '::' }, 'https://192.168.1.5:8080'],
  ['https://gpu-lab:8080', {}, 'https://gpu-lab:8080'],
  ['https://localhost:8080', { host: '10.0.0.7' }, 'https://10.0.0.7:8080'],
  ['https://localhost:8080', { public_url: 'https://kitt.example/' }, 'https://kitt.example'],
  [
    'http://127.0.0.1:8080',
    { host: '127.0.0.1', public_url: 'https://kitt.example' },
    'https://kitt.example',
  ],
])('asked at %s with %j, others reach it at %s', (origin, given, url) => {
  expect(reached(origin, given)).toEqual({ url })
})

test('where others cannot reach it, a warning says what to do', () => {
  const loopback = reached('http://127.0.0.1:8080', { host: '127.0.0.1' })
  expect(loopback).toEqual({
    url: 'http://127.0.0.1:8080',
    warning: expect.stringMatching(/listens on 127\.0\.0\.1 alone.*KITT_PUBLIC_URL/),
  })
  const config = ConfigSchema.parse({ home: '/h' })
  const alone = reachableUrl({ config, lanHost: () => undefined }, 'https://localhost:8080')
  expect(alone.warning).toMatch(/no address in a network/)
})

import { expect, test } from 'vitest'
import { createTestApp } from '../_setup.ts'
import { ROUTES } from '../http/_routes.ts'

/** What stands for a token that is not there, in one language or another. */
const NOTHING = ['undefined', 'null', 'false', '0', '""']

test('38: on a server without an admin token nobody is the administrator, whatever is sent', async () => {
  const app = await createTestApp({ auth_token: undefined, auth_failures_per_minute: 100_000 })
  const digests = ['', 'undefined', 'null'].map((text) => app.deps.sha256(text))
  for (const { key, method, path, access } of ROUTES) {
    if (access === 'open' || access === 'read' || access === 'share') continue
    const url = path.replaceAll(/:\w+(\{\.\+\})?/g, 'x')
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    for (const none of [null, ''])
      expect((await app.call(method, url, body, none)).status, `${key} ${none}`).toBe(401)
    for (const token of [...NOTHING, ...digests])
      expect((await app.call(method, url, body, token)).status, `${key} ${token}`).toBe(403)
  }
})

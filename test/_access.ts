import { expect } from 'vitest'
import type { TestApp } from './_setup.ts'

/** An agent that has registered, with what it says of itself, and its token. */
export async function registeredAgent({ call }: TestApp, name: string, said: object = {}) {
  const made = await call('POST', '/api/v1/agents/provision', { name })
  const { agent_id, token } = made.body as { agent_id: string; token: string }
  const registration = { name, hostname: `${name}.lan`, cpu_arch: 'x86_64', ...said }
  const registered = await call('POST', '/api/v1/agents/register', registration, token)
  expect(registered.status, JSON.stringify(registered.body)).toBe(201)
  return { id: agent_id, token }
}

let made = 0

/** A token of a person or a program. */
export async function apiToken({ call }: TestApp, scope: 'read' | 'run' | 'admin', more: object = {}) {
  const { status, body } = await call('POST', '/api/v1/tokens', {
    name: `${scope}-${++made}`,
    scope,
    ...more,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body as { id: string; token: string; prefix: string }
}

/** Expects that an admin's route refuses nobody, strangers and agents, and says nothing else to them. */
export async function expectAdminOnly(app: TestApp, method: string, path: string, body?: unknown) {
  const { token } = await registeredAgent(app, `agent-of-${method}-${path.replaceAll('/', '-')}`)
  const read = await apiToken(app, 'read')
  const none = await app.call(method, path, body, null)
  expect(none.status, JSON.stringify(none.body)).toBe(401)
  expect(none.headers.get('www-authenticate')).toBe('Bearer')
  for (const wrong of ['kitt_nobody-issued-this', token, read.token]) {
    const refused = await app.call(method, path, body, wrong)
    expect(refused.status, JSON.stringify(refused.body)).toBe(403)
    expect(Object.keys(refused.body)).toEqual(['error'])
  }
}

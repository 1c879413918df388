import { expect } from 'vitest'
import { routes } from '../../app/api/routes.ts'
import { ADMIN_TOKEN, createTestApp } from '../_setup.ts'
import { addHost, launch } from '../queue/_queue.ts'

export const ROUTES = Object.entries(routes).map(([key, spec]) => {
  const [method = '', path = ''] = key.split(' ')
  return { key, method, path, access: spec.access }
})

/** An app with two agents, A with a running test; what stands in the paths is A's. */
export async function furnished(settings: Parameters<typeof createTestApp>[0] = {}) {
  const app = await createTestApp(settings)
  const a = await addHost(app, 'agent-a')
  const b = await addHost(app, 'agent-b')
  const test = await launch(app, a.id)
  await a.beat()
  await a.status(test, 'running')
  const fill = (path: string) =>
    path
      .replace(/agents\/:id/, `agents/${a.id}`)
      .replace(/quicktest\/:id/, `quicktest/${test}`)
      .replace(/:source_id|:repo_id\{\.\+\}|:\w+/, 'nothing')
  /** Bodies that reach the question whose agent it is. */
  const bodies: Record<string, unknown> = {
    'POST /api/v1/agents/register': { name: 'agent-a', hostname: 'h' },
    'POST /api/v1/agents/:id/heartbeat': {},
    'POST /api/v1/agents/:id/results': { command_id: 'x' },
    'POST /api/v1/quicktest/:id/logs': { line: 'l' },
    'POST /api/v1/quicktest/:id/status': { status: 'running' },
  }
  /** The status of a route's answer; what it streams is not waited for. */
  const ask = async (route: { key: string; method: string; path: string }, token: string | null) => {
    const headers: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` }
    const body = bodies[route.key]
    if (body) headers['Content-Type'] = 'application/json'
    const request = new Request(`http://test${fill(route.path)}`, {
      method: route.method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const response = await app.app.fetch(request, { remoteAddress: '127.0.0.1' })
    await response.body?.cancel()
    expect(response.status, route.key).not.toBe(500)
    return response
  }
  return { app, a, b, test, ask, fill }
}

export const ADMIN = ADMIN_TOKEN

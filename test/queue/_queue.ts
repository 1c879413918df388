import { and, asc, eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { attempts, events } from '../../db/schema.ts'
import { createTestApp, type TestApp } from '../_setup.ts'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE

export const document = (tps = 91.5) => ({
  model: 'Qwen2.5-7B',
  engine: 'vllm',
  suite_name: 'quick',
  timestamp: '2026-01-15T12:00:10Z',
  passed: true,
  results: [{ test_name: 'throughput', run_number: 1, passed: true, metrics: { avg_tps: tps } }],
})

export type Host = Awaited<ReturnType<typeof addHost>>

/** An agent with its own token, as the wire sees it. */
export async function addHost(app: TestApp, name = 'gpu-1', capabilities: string[] = []) {
  const { body: made } = await app.call('POST', '/api/v1/agents/provision', { name })
  const { agent_id: id, token } = made
  await app.call('POST', '/api/v1/agents/register', { name, hostname: name, capabilities }, token)
  const born = app.clock.monotonic()
  const send = (path: string, body: unknown) => app.call('POST', `/api/v1${path}`, body, token)
  return {
    id,
    name,
    token,
    send,
    async beat(said: Record<string, unknown> = {}) {
      const uptime_s = 100 + (app.clock.monotonic() - born) / 1000
      const answer = await send(`/agents/${id}/heartbeat`, { status: 'idle', uptime_s, ...said })
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
      return answer.body as {
        commands: { command_id: string; test_id: string; type: string; attempt?: number }[]
        cancel: string[]
        agent_id: string
      }
    },
    status: (wire: string, status: string, error?: string) =>
      send(`/quicktest/${wire}/status`, { status, ...(error === undefined ? {} : { error }) }),
    log: (wire: string, line: string) => send(`/quicktest/${wire}/logs`, { line }),
    result: (command_id: string, more: Record<string, unknown> = { result_data: document() }) =>
      send(`/agents/${id}/results`, { command_id, status: 'completed', ...more }),
  }
}

export async function launch(app: TestApp, agent_id: string, more: Record<string, unknown> = {}) {
  const body = { agent_id, model_path: '/models/Qwen2.5-7B', engine_name: 'vllm', ...more }
  const answer = await app.call('POST', '/api/v1/quicktest', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  return answer.body.id as string
}

export async function testRow(app: TestApp, id: string) {
  const { status, body } = await app.call('GET', `/api/v1/quicktest/${id}`)
  expect(status).toBe(200)
  return body
}

/** The stored attempts of a test as `state`, by their number. */
export async function states(app: TestApp, id: string): Promise<string[]> {
  const rows = await app.deps.db.read.select().from(attempts).where(eq(attempts.test_id, id))
  return rows.sort((a, b) => a.n - b.n).map(({ state }) => state)
}

/** What the event log tells of something, oldest first. */
export async function told(app: TestApp, source: string, type: string): Promise<Record<string, unknown>[]> {
  const rows = await app.deps.db.read
    .select()
    .from(events)
    .where(and(eq(events.source_id, source), eq(events.type, type)))
    .orderBy(asc(events.id))
  return rows.map(({ data }) => JSON.parse(data))
}

export async function lines(app: TestApp, id: string): Promise<string[]> {
  const { body } = await app.call('GET', `/api/v1/quicktest/${id}/logs?limit=5000`)
  return body.lines.map(({ line }: { line: string }) => line)
}

/** An app with one agent and one test that is queued, offered or running. */
export async function withTest(
  state: 'queued' | 'offered' | 'running',
  given: Parameters<typeof createTestApp>[0] & { capabilities?: string[] } = {},
) {
  const { capabilities, ...settings } = given
  const app = await createTestApp(settings)
  const host = await addHost(app, 'gpu-1', capabilities)
  await host.beat()
  const id = await launch(app, host.id)
  const [command] = state === 'queued' ? [] : (await host.beat()).commands
  if (state === 'running') expect((await host.status(id, 'running')).status).toBe(200)
  return { app, host, id, command: command as NonNullable<typeof command>, clock: app.clock }
}

/** Time passes with a beat every 30 s. */
export async function beatFor(app: TestApp, host: Host, ms: number, said: Record<string, unknown> = {}) {
  for (let left = ms; left > 0; left -= 30 * SECOND) {
    await app.clock.advance(Math.min(left, 30 * SECOND))
    await host.beat(said)
  }
}

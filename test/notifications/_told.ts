import { expect } from 'vitest'
import { tellAlert } from '../../app/alerts/states.ts'
import { type Answer, NotSent, type Outgoing, type Post } from '../../app/notifications/outgoing.ts'
import type { Delivery, Webhook } from '../../app/notifications/schema.ts'
import { alerts, setups } from '../../db/schema.ts'
import type { ALERT_STATES } from '../../lib/states.ts'
import { settled } from '../_clock.ts'
import { createTestApp, type TestApp } from '../_setup.ts'
import { SECOND } from '../queue/_queue.ts'

export const W = '/api/v1/webhooks'
export const HOOK_URL = 'http://receiver.test/hooks/T0000/B0000/the-secret-path'

type Sent = Post & { json: Record<string, unknown> & { type: string; data: Record<string, unknown> } }

/** Receivers in this process: what they were sent, and what they answer. */
export function receivers(answer: (sent: Sent, n: number) => Answer | Promise<Answer> = () => OK) {
  const sent: Sent[] = []
  const state = { answer, mails: [] as { to: string[]; subject: string; text: string }[] }
  const outgoing: Outgoing = {
    async post(post) {
      const one = { ...post, json: JSON.parse(post.body) }
      sent.push(one)
      return state.answer(one, sent.length)
    },
    async mail({ to, subject, text }) {
      state.mails.push({ to, subject, text })
      return { status: 250, text: '250 queued' }
    },
    close: () => {},
  }
  return { outgoing, sent, state }
}

export const OK: Answer = { status: 200, text: 'ok' }
export const answers =
  (...statuses: number[]) =>
  (_: unknown, n: number): Answer => ({ status: statuses[Math.min(n, statuses.length) - 1] ?? 200, text: '' })
export const unreachable = () => Promise.reject<Answer>(new NotSent('receiver.test refused the connection.'))

/** An app whose messages go to receivers in this process. */
export async function notified(
  answer?: Parameters<typeof receivers>[0],
  given: Parameters<typeof createTestApp>[0] = {},
) {
  const { outgoing, sent, state } = receivers(answer)
  const app = await createTestApp({ outgoing, ...given })
  return { app, sent, state }
}

export async function hook(app: TestApp, more: Record<string, unknown> = {}) {
  const made = await app.call('POST', W, { name: 'team', url: HOOK_URL, ...more })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body as { id: string; secret: string | null }
}

export const shownHook = async (app: TestApp, id: string): Promise<Webhook> =>
  (await app.call('GET', `${W}/${id}`)).body
export const messages = async (app: TestApp, id: string, query = ''): Promise<Delivery[]> =>
  (await app.call('GET', `${W}/${id}/deliveries?per_page=100${query}`)).body.items

type State = (typeof ALERT_STATES)[number]

type More = { model?: string } & Partial<Pick<typeof alerts.$inferSelect, 'differs' | 'began'>>

/** An alert of a setup of its own, in a state; and the event of a state. */
export function alertsIn(app: TestApp) {
  const row = (id: string, state: State, { model = 'Qwen2.5-7B', ...more }: More) => ({
    ...{ id, setup_id: `s-${id}`, agent_id: null, state, cause: 'c', metric: 'output_tps', delta_pct: -6.1 },
    ...{ metrics: { output_tps: { reference: 100, value: 93.9 } }, reason: 'Two of two runs were slower.' },
    differs: [{ field: 'engine_version', before: '0.11.0', after: '0.11.2' }],
    ...{ from_at: 0, created_at: 0, updated_at: 0, model, ...more },
  })
  const tell = (id: string, state: State, { many = 1, ...more }: More & { many?: number } = {}) =>
    app.deps.write(async (tx) => {
      for (let i = 0; i < many; i++) {
        const one = row(many === 1 ? id : `${id}-${i}`, state, more)
        const { model } = one
        const about = { hardware_id: 'h', label: 'the setup', engine: 'vllm', load: 'l', benchmark: 'b' }
        await tx.orm
          .insert(setups)
          .values({
            ...{ id: one.setup_id, key: '{}', model, ...about, partial: false, simulated: false },
            ...{ state: 'steady', state_rank: 6, runs: 1, last_at: 0, created_at: 0, summary: {} },
          })
          .onConflictDoNothing()
        await tx.orm.insert(alerts).values(one).onConflictDoUpdate({ target: alerts.id, set: { state } })
        tellAlert(tx, one, 'the setup', app.clock.now())
      }
    })
  return { tell }
}

/** Lets the runner do what it does at once: it decrypts, signs, reads and writes in turn. */
export async function soon({ clock, deps }: TestApp, ms = 10): Promise<void> {
  await clock.advance(ms)
  for (let i = 0; i < 8; i++) {
    await deps.vault.open(await deps.vault.seal({ key: 'x' }))
    await deps.db.read.run('select 1')
    await deps.write(async () => {})
    await settled()
  }
}

/** Lets time pass, with the sweeps that fall into its end. */
export async function later(app: TestApp, ms: number): Promise<void> {
  if (ms > 20 * SECOND) await app.clock.skip(ms - 20 * SECOND)
  await app.clock.advance(Math.min(ms, 20 * SECOND))
  await soon(app, 0)
}

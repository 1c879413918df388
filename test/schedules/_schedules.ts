import { expect } from 'vitest'
import type { TestApp } from '../_setup.ts'
import { addHost, type Host, SECOND } from '../queue/_queue.ts'

export const S = '/api/v1/schedules'

/** A schedule's body: one model on one engine, on an agent. */
export const nightly = (agent: string, more: Record<string, unknown> = {}) => ({
  name: 'nightly',
  cron: '0 2 * * *',
  timezone: 'UTC',
  campaign: {
    name: 'night',
    agent_id: agent,
    config: { models: [{ name: 'm' }], engines: [{ name: 'vllm', mode: 'docker' }] },
  },
  ...more,
})

/** An app with an agent and a schedule. */
export async function scheduled(app: TestApp, more: Record<string, unknown> = {}) {
  const host = await addHost(app)
  const { status, body } = await app.call('POST', S, nightly(host.id, more))
  if (status !== 201) throw new Error(JSON.stringify(body))
  const id = body.id as string
  const runs = async () => (await app.call('GET', `${S}/${id}/runs?per_page=100`)).body.items as Run[]
  const show = async () => (await app.call('GET', `${S}/${id}`)).body
  /** Waits for as many runs: a look reads the model directory, which takes longer than the turns that a clock waits. */
  const so = async (many: number) => {
    await expect
      .poll(async () => {
        await app.clock.advance(SECOND)
        return (await runs()).length
      })
      .toBe(many)
    return runs()
  }
  return { host, id, runs, so, show }
}

export type Run = {
  due_at: string
  outcome: string
  reason: string
  campaign_id: string | null
  by_hand: boolean
}

/** Lets time pass, most of it at once: a sweep each two seconds of a day would take minutes. */
export async function pass(app: TestApp, ms: number): Promise<void> {
  const last = Math.min(ms, 10_000)
  if (ms > last) await app.clock.skip(ms - last)
  await app.clock.advance(last)
}

/** The agent works on what it is given, until nothing is left. */
export async function work(app: TestApp, host: Host): Promise<void> {
  for (let i = 0; i < 20; i++) {
    const { commands } = await host.beat()
    if (commands.length === 0) return
    for (const { command_id } of commands) await host.result(command_id)
    await app.clock.advance(SECOND)
  }
}

import type { Client } from '../../app/client/client.ts'
import { unavailable } from '../../lib/unavailable.ts'
import { say } from '../terminal/output.ts'
import { when } from '../terminal/table.ts'
import { durationText, timeLeft } from '../terminal/time-left.ts'
import type { Watcher } from './follow.ts'

/** A watcher that also tells what a test waits for, its place in its queue, and about how long it takes. */
export function foretelling<W extends Watcher>(client: Client, id: string, watcher: W): W {
  let told = ''
  const tell = async () => {
    const test = await (await client.api.v1.quicktest[':id'].$get({ param: { id } })).json()
    const words = (test.status === 'queued' && (await waitingFor(client, test.agent_id))) || wordsFor(test)
    if (words !== '' && words !== told) say(`  ${words}`)
    told = words
  }
  return {
    ...watcher,
    status(state, error) {
      watcher.status(state, error)
      // Not worth an error: what it says is only about.
      if (state === 'queued' || state === 'running') void tell().catch(() => {})
    },
  }
}

/** `waiting for gpu-1 (offline since 2026-01-31 12:00)`; empty if the agent takes tests. */
async function waitingFor({ api }: Client, agent_id: string): Promise<string> {
  const agent = await (await api.v1.agents[':id'].$get({ param: { id: agent_id } })).json()
  const why = unavailable(agent)
  if (why === undefined) return ''
  const since = why === 'offline' && agent.last_heartbeat ? ` since ${when(agent.last_heartbeat)}` : ''
  return `waiting for ${agent.name} (${why}${since})`
}

/** Says what a test that was just queued waits for, if its agent takes no tests. */
export async function sayWhatItWaitsFor(client: Client, agent_id: string): Promise<void> {
  // Not worth an error: the test is queued all the same.
  const words = await waitingFor(client, agent_id).catch(() => '')
  if (words !== '') say(`The test is ${words}.`)
}

type Foreseen = {
  status: string
  agent_name: string
  place: number | null
  expected_start_at: string | null
  expected_end_at: string | null
}

/** `next in the queue of gpu-1, begins in about 4 min 10 s` */
export function wordsFor(test: Foreseen, now = Date.now()): string {
  const { status, agent_name, place, expected_start_at, expected_end_at } = test
  if (status === 'running') {
    const left = timeLeft(expected_end_at, now)
    return left === '' || left === 'longer than usual' ? left : `about ${left} left`
  }
  if (place === null) return ''
  const where = `${place === 1 ? 'next' : `${place - 1} before it`} in the queue of ${agent_name}`
  const wait = expected_start_at === null ? 0 : Date.parse(expected_start_at) - now
  return wait > 1000 ? `${where}, begins in about ${durationText(wait)}` : where
}

import type { Client } from '../../app/client/client.ts'
import { say } from '../terminal/output.ts'
import { durationText, timeLeft } from '../terminal/time-left.ts'
import type { Watcher } from './follow.ts'

/** A watcher that also tells the place of a test in its queue, and about how long it takes. */
export function foretelling<W extends Watcher>(client: Client, id: string, watcher: W): W {
  let told = ''
  const tell = async () => {
    const test = await (await client.api.v1.quicktest[':id'].$get({ param: { id } })).json()
    const words = wordsFor(test)
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

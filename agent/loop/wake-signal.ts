import type { Client } from '../../app/client/client.ts'
import { pause } from '../waiting.ts'

/** Lets a loop wait, and others end its waiting: a ring while nobody waits ends the next wait at once. */
export type Bell = { ring(): void; wait(ms: number): Promise<void> }

export function createBell(): Bell {
  let rung = false
  let wake = () => {}
  return {
    ring() {
      rung = true
      wake()
    },
    async wait(ms) {
      const waited = new AbortController()
      wake = () => waited.abort()
      if (!rung) await pause(ms, waited.signal)
      rung = false
    },
  }
}

const REFUSED_MS = 30_000

/** Rings when the server says that something waits for an agent, and whenever its stream is up again. */
export async function ringOnCommands(client: Client, agentId: string, signal: AbortSignal, bell: Bell) {
  const onState = (state: 'open' | 'lost') => state === 'open' && bell.ring()
  while (!signal.aborted) {
    try {
      for await (const event of client.subscribe({ source: agentId, signal, onState })) {
        if (event.type === 'command_ready' || event.type === 'gap') bell.ring()
      }
    } catch {
      // Without a stream the beats alone carry the work.
      await pause(REFUSED_MS, signal)
    }
  }
}

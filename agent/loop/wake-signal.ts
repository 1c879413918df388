import type { Client } from '../../app/client/client.ts'
import { pause } from '../../lib/pause.ts'

/** Lets a loop wait, and others end its waiting: a call while nothing waits ends the next wait at once. */
export type WakeSignal = { wake(): void; wait(ms: number): Promise<void> }

export function createWakeSignal(): WakeSignal {
  let woken = false
  let endWait = () => {}
  return {
    wake() {
      woken = true
      endWait()
    },
    async wait(ms) {
      const waited = new AbortController()
      endWait = () => waited.abort()
      if (!woken) await pause(ms, waited.signal)
      woken = false
    },
  }
}

const REFUSED_MS = 30_000

/** Wakes when the server says that something waits for an agent, and whenever its stream is up again. */
export async function wakeOnCommands(
  client: Client,
  agentId: string,
  signal: AbortSignal,
  wakeSignal: WakeSignal,
) {
  const onState = (state: 'open' | 'lost') => state === 'open' && wakeSignal.wake()
  while (!signal.aborted) {
    try {
      for await (const event of client.subscribe({ source: agentId, signal, onState })) {
        if (event.type === 'command_ready' || event.type === 'gap') wakeSignal.wake()
      }
    } catch {
      // Without a stream the beats alone carry the work.
      await pause(REFUSED_MS, signal)
    }
  }
}

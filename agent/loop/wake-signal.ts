import type { Client } from '../../app/client/client.ts'
import { pause } from '../../lib/pause.ts'

/** A wait that others can end; `wake` during no wait ends the next one at once. */
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

/** Wakes when the server has a command for the agent, and whenever the event stream reconnects. */
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
      // Without a stream, commands arrive with the heartbeats.
      await pause(REFUSED_MS, signal)
    }
  }
}

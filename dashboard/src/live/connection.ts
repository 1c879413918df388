import { useSyncExternalStore } from 'react'

/** The state of the event stream. `refused`: the server requires a token. */
export type Connection = 'connecting' | 'open' | 'lost' | 'refused'

let state: Connection = 'connecting'
const listeners = new Set<() => void>()

export function setConnection(next: Connection): void {
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const useConnection = (): Connection => useSyncExternalStore(subscribe, () => state)

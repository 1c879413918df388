import { useState } from 'react'

/** The most results that can be compared at once. */
export const MAX_TICKED = 20

/** The results ticked for a comparison, in order; kept across pages and filters. */
export function useTicked() {
  const [ids, setIds] = useState<string[]>([])
  return {
    ids,
    has: (id: string) => ids.includes(id),
    full: ids.length >= MAX_TICKED,
    toggle: (id: string) =>
      setIds((now) => (now.includes(id) ? now.filter((one) => one !== id) : [...now, id])),
    clear: () => setIds([]),
  }
}

export type Ticked = ReturnType<typeof useTicked>

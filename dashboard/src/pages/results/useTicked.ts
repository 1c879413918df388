import { useState } from 'react'

/** The most results that can be compared at once. */
export const COMPARED_MAX = 20
/** The most results that one campaign can measure again. */
export const AGAIN_MAX = 100

/** The ticked results, in order; kept across pages and filters. */
export function useTicked() {
  const [ids, setIds] = useState<string[]>([])
  const known = new Set(ids)
  return {
    ids,
    has: (id: string) => known.has(id),
    toggle: (id: string) =>
      setIds((now) => (now.includes(id) ? now.filter((one) => one !== id) : [...now, id])),
    add: (more: readonly string[]) => setIds((now) => [...new Set([...now, ...more])]),
    remove: (some: readonly string[]) => setIds((now) => now.filter((id) => !some.includes(id))),
    clear: () => setIds([]),
  }
}

export type Ticked = ReturnType<typeof useTicked>

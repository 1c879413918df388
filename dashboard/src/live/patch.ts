import type { QueryClient } from '@tanstack/react-query'

type WithId = { id: string }
type ListOf<T> = { items: T[] }

/** Changes one thing wherever the cache holds it: by itself, and within lists. */
export function patch<T extends WithId>(cache: QueryClient, area: string, id: string, change: (old: T) => T) {
  cache.setQueryData<T>([area, 'one', id], (old) => old && change(old))
  cache.setQueriesData<ListOf<T>>({ queryKey: [area, 'list'] }, (old) => {
    if (!old?.items.some((item) => item.id === id)) return old
    return { ...old, items: old.items.map((item) => (item.id === id ? change(item) : item)) }
  })
}

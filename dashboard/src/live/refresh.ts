import type { QueryClient } from '@tanstack/react-query'

const MIN_GAP_MS = 1000

/** Invalidates marked parts of the cache, at most once a second. */
export function createRefresher(cache: QueryClient) {
  const dirty = new Map<string, readonly string[]>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastAt = 0
  const flush = () => {
    timer = undefined
    lastAt = performance.now()
    const keys = [...dirty.values()]
    dirty.clear()
    for (const queryKey of keys) void cache.invalidateQueries({ queryKey })
  }
  return {
    mark(...queryKey: string[]) {
      dirty.set(queryKey.join('\n'), queryKey)
      timer ??= setTimeout(flush, Math.max(0, lastAt + MIN_GAP_MS - performance.now()))
    },
    stop: () => clearTimeout(timer),
  }
}

export type Refresher = ReturnType<typeof createRefresher>

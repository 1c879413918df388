import { useMemo, useState } from 'react'
import { plainText } from '../lib/plain-text.ts'
import type { LogLine } from '../live/log-store.ts'

/** A search in the lines of a log: the lines found, and which of them is shown. */
export function useFound(lines: readonly LogLine[], version: number) {
  const [query, setQuery] = useState('')
  const [place, setPlace] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list stays the same object, its version changes
  const indexes = useMemo(() => {
    const wanted = query.toLowerCase()
    if (wanted === '') return []
    return lines.flatMap(({ line }, i) => (plainText(line).toLowerCase().includes(wanted) ? [i] : []))
  }, [lines, version, query])
  const shown = indexes.length === 0 ? 0 : place % indexes.length
  return {
    query,
    count: indexes.length,
    /** Which of the found lines is shown, from 1 on. */
    shown: shown + 1,
    at: indexes[shown],
    search: (text: string) => {
      setQuery(text)
      setPlace(0)
    },
    move: (by: 1 | -1) => setPlace(indexes.length === 0 ? 0 : (shown + by + indexes.length) % indexes.length),
  }
}

export type Found = ReturnType<typeof useFound>

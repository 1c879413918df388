import { useQuery } from '@tanstack/react-query'
import { kitt, queryOf, read } from '../../api/kitt.ts'
import { rememberLastLine, useLastLine } from '../../live/log-store.ts'

const MOST_LINES = 5000

/** What a test said last: its stored log's last line, then those that come. Of a very long log only those. */
export function useLastWords(id: string): string | undefined {
  useQuery({
    queryKey: ['last-words', id],
    queryFn: async () => {
      const query = queryOf({ limit: MOST_LINES })
      const { lines, next } = await read(kitt().api.v1.quicktest[':id'].logs.$get({ param: { id }, query }))
      const last = next === null ? lines.at(-1) : undefined
      if (last) rememberLastLine(id, last.line)
      return true
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  return useLastLine(id)
}

import type { QueryClient } from '@tanstack/react-query'
import { agentsQuery } from '../../api/agents.ts'
import { latestResultsQuery } from '../../api/results.ts'
import { getToken } from '../../api/token.ts'

/** So many of the newest results. */
export const SHOWN = 8

export const agents = agentsQuery()
export const latest = latestResultsQuery(SHOWN)

/**
 * Asks for what the overview shows first before anything of it is drawn; no more than that, for each question with a
 * token that is no good counts as a guess. Without a token nothing is asked: it is not known yet whether one may read.
 */
export function prefetchOverview(cache: QueryClient): void {
  if (!getToken()) return
  void cache.prefetchQuery(latest)
  void cache.prefetchQuery(agents)
}

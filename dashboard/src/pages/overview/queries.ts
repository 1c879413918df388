import type { QueryClient } from '@tanstack/react-query'
import { agentsQuery } from '../../api/agents.ts'
import { latestResultsQuery } from '../../api/results.ts'
import { getToken } from '../../api/token.ts'

/** The number of newest results. */
export const SHOWN = 8

export const agents = agentsQuery()
export const latest = latestResultsQuery(SHOWN)

/**
 * Prefetches the first data of the overview, and no more: each request with a wrong token counts towards the throttle.
 * Without a token it is not known yet whether reads are allowed.
 */
export function prefetchOverview(cache: QueryClient): void {
  if (!getToken()) return
  void cache.prefetchQuery(latest)
  void cache.prefetchQuery(agents)
}

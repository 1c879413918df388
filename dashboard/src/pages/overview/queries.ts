import type { QueryClient } from '@tanstack/react-query'
import { agentsQuery } from '../../api/agents.ts'
import { campaignsQuery } from '../../api/campaigns.ts'
import { resultsQuery } from '../../api/results.ts'
import { testsQuery } from '../../api/tests.ts'
import { getToken } from '../../api/token.ts'

/** So many of the newest results. */
export const SHOWN = 8

export const agents = agentsQuery()
export const latest = resultsQuery({ per_page: SHOWN })
export const runningTests = testsQuery({ status: 'running', per_page: 20 })
export const dispatchedTests = testsQuery({ status: 'dispatched', per_page: 20 })
export const queuedTests = testsQuery({ status: 'queued', per_page: 5 })
export const runningCampaigns = campaignsQuery({ status: 'running', per_page: 10 })
export const queuedCampaigns = campaignsQuery({ status: 'queued', per_page: 10 })

/**
 * Asks for all that the overview shows before anything of it is drawn. Without a token nothing is asked for: it is
 * not known yet whether this page may read.
 */
export function prefetchOverview(cache: QueryClient): void {
  if (!getToken()) return
  void cache.prefetchQuery(latest)
  void cache.prefetchQuery(agents)
  for (const query of [runningTests, dispatchedTests, queuedTests]) void cache.prefetchQuery(query)
  for (const query of [runningCampaigns, queuedCampaigns]) void cache.prefetchQuery(query)
}

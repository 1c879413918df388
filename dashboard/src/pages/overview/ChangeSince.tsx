import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { resultsQuery } from '../../api/results.ts'
import { headline, measure, type ResultView, readResult } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { Change } from '../../ui/Change.tsx'

/** How the headline differs from that of the run before, of the same model, engine and agent. */
export function ChangeSince({ result }: { result: ResultView }) {
  const { model, engine, agentId } = result
  const until = new Date(result.at).toISOString()
  const search = { model, engine, agent_id: agentId ?? undefined, until, per_page: 1 }
  // The page stands first, then each line asks.
  const enabled = useDeferredValue(true, false)
  const { data } = useQuery({ ...resultsQuery(search), staleTime: 5 * 60_000, enabled })
  const now = headline(result)
  const stored = data?.items[0]
  const before = now && stored && measure(readResult(stored), now.name)
  if (!now || !before) return <span title="No earlier run of this model, engine and agent">–</span>
  return <Change from={before.value} to={now.value} better={metricInfo(now.name).better} />
}

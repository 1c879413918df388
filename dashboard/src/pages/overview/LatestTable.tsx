import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { resultsQuery } from '../../api/results.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { headline, measure, type ResultView, readResult } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { Change } from '../../ui/Change.tsx'
import { DataTable } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { Headline } from '../results/Headline.tsx'
import { ResultLink } from '../results/ResultLink.tsx'

export function LatestTable({ results }: { results: ResultView[] }) {
  const agentName = useAgentName()
  return (
    <DataTable
      label="Latest results"
      rows={results}
      rowKey={({ id }) => id}
      columns={[
        { key: 'model', header: 'Model', cell: (result) => <ResultLink result={result} /> },
        { key: 'engine', header: 'Engine', short: true, cell: ({ engine }) => engine },
        { key: 'agent', header: 'Agent', short: true, cell: ({ agentId }) => agentName(agentId) },
        {
          key: 'headline',
          header: 'Headline',
          numeric: true,
          cell: (result) => <Headline result={result} />,
        },
        {
          key: 'change',
          header: 'Change since the previous run',
          numeric: true,
          cell: (result) => <ChangeSince result={result} />,
        },
        { key: 'at', header: 'When', numeric: true, cell: ({ at }) => <Time at={at} /> },
      ]}
    />
  )
}

/** The change of the main metric since the previous run of the same model, engine and agent. */
function ChangeSince({ result }: { result: ResultView }) {
  const { model, engine, agentId } = result
  const until = new Date(result.at).toISOString()
  const search = { model, engine, agent_id: agentId ?? undefined, until, per_page: 1 }
  // The rows are rendered before each of them sends its request.
  const enabled = useDeferredValue(true, false)
  const { data } = useQuery({ ...resultsQuery(search), staleTime: 5 * 60_000, enabled })
  const now = headline(result)
  const stored = data?.items[0]
  const before = now && stored && measure(readResult(stored), now.name)
  if (!now || !before) return <span title="No earlier run of this model, engine and agent">–</span>
  return <Change from={before.value} to={now.value} better={metricInfo(now.name).better} />
}

import { useAgentName } from '../../api/useAgentName.ts'
import type { ResultView } from '../../lib/result.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { Headline } from '../results/Headline.tsx'
import { ResultLink } from '../results/ResultLink.tsx'
import { AgainstSetup } from './AgainstSetup.tsx'

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
          key: 'against',
          header: 'Against its setup',
          cell: (result) => <AgainstSetup result={result} />,
        },
        { key: 'at', header: 'When', numeric: true, cell: ({ at }) => <Time at={at} /> },
      ]}
    />
  )
}

import { useAgentName } from '../../api/useAgentName.ts'
import type { ResultView } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
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
        {
          key: 'model',
          header: 'Model',
          card: 'name',
          cell: (result) => (
            <div>
              <ResultLink result={result} />
              <span className={common.onCard}>
                {result.engine} · {agentName(result.agentId)} · <Time at={result.at} />
              </span>
            </div>
          ),
        },
        { key: 'engine', header: 'Engine', short: true, cell: ({ engine }) => engine },
        { key: 'agent', header: 'Agent', short: true, cell: ({ agentId }) => agentName(agentId) },
        {
          key: 'headline',
          header: 'Headline',
          card: 'beside',
          numeric: true,
          cell: (result) => <Headline result={result} />,
        },
        {
          key: 'against',
          header: 'Against its setup',
          card: 'below',
          cell: (result) => <AgainstSetup result={result} />,
        },
        { key: 'at', header: 'When', numeric: true, cell: ({ at }) => <Time at={at} /> },
      ]}
    />
  )
}

import { useAgentName } from '../../api/useAgentName.ts'
import type { ResultView } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { Headline } from '../results/Headline.tsx'
import { ResultLink } from '../results/ResultLink.tsx'
import { AgainstSetup } from './AgainstSetup.tsx'

const columnsOf = (agentName: (id: string | null) => string): Column<ResultView>[] => [
  {
    key: 'model',
    header: 'Model',
    card: 'name',
    cell: (result) => (
      <div>
        <ResultLink result={result} />
        <span className={common.onCard}>
          {result.engine}
          {result.agentId !== null && ` · ${agentName(result.agentId)}`} · <Time at={result.at} />
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
    cell: (one) => <AgainstSetup result={one} />,
  },
  { key: 'at', header: 'When', numeric: true, cell: ({ at }) => <Time at={at} /> },
]

export function LatestTable({ results }: { results: ResultView[] }) {
  const columns = columnsOf(useAgentName())
  return <DataTable label="Latest results" rows={results} rowKey={({ id }) => id} columns={columns} />
}

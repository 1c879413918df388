import { Link } from '@tanstack/react-router'
import type { Campaign } from '../../api/campaigns.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { tookText } from '../../lib/time.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { CampaignProgress } from './CampaignProgress.tsx'
import { CampaignState } from './CampaignState.tsx'

const columnsOf = (agentName: (id: string) => string): Column<Campaign>[] => [
  { key: 'name', header: 'Name', card: 'name', cell: (campaign) => <NameCell campaign={campaign} /> },
  { key: 'state', header: 'State', card: 'beside', cell: (one) => <CampaignState campaign={one} /> },
  { key: 'runs', header: 'Runs', card: 'below', cell: (one) => <CampaignProgress campaign={one} /> },
  {
    key: 'agent',
    header: 'Agent',
    short: true,
    cell: ({ agent_id }) => (agent_id === null ? 'several' : agentName(agent_id)),
  },
  { key: 'took', header: 'Duration', numeric: true, cell: tookText },
  { key: 'at', header: 'Created', numeric: true, cell: ({ created_at }) => <Time at={created_at} /> },
]

export function CampaignsTable({ campaigns }: { campaigns: Campaign[] }) {
  const columns = columnsOf(useAgentName())
  return <DataTable label="Campaigns" rows={campaigns} rowKey={({ id }) => id} columns={columns} />
}

function NameCell({ campaign: { id, name, description, error } }: { campaign: Campaign }) {
  return (
    <div>
      <Link to="/campaigns/$id" params={{ id }} className={common.name ?? ''}>
        {name}
      </Link>
      {(error ?? description) !== '' && <div className={common.sub}>{error ?? description}</div>}
    </div>
  )
}

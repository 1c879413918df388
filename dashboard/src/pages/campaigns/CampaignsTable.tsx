import { Link } from '@tanstack/react-router'
import type { Campaign } from '../../api/campaigns.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { tookText } from '../../lib/time.ts'
import common from '../../ui/common.module.css'
import { DataTable } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { CampaignProgress } from './CampaignProgress.tsx'
import { CampaignState } from './CampaignState.tsx'

export function CampaignsTable({ campaigns }: { campaigns: Campaign[] }) {
  const agentName = useAgentName()
  return (
    <DataTable
      label="Campaigns"
      rows={campaigns}
      rowKey={({ id }) => id}
      columns={[
        { key: 'name', header: 'Name', card: 'name', cell: (campaign) => <NameCell campaign={campaign} /> },
        {
          key: 'state',
          header: 'State',
          card: 'beside',
          cell: (campaign) => <CampaignState campaign={campaign} />,
        },
        {
          key: 'runs',
          header: 'Runs',
          card: 'below',
          cell: (campaign) => <CampaignProgress campaign={campaign} />,
        },
        {
          key: 'agent',
          header: 'Agent',
          short: true,
          cell: ({ agent_id }) => (agent_id === null ? 'several' : agentName(agent_id)),
        },
        { key: 'took', header: 'Duration', numeric: true, cell: (one) => tookText(one) },
        { key: 'at', header: 'Created', numeric: true, cell: ({ created_at }) => <Time at={created_at} /> },
      ]}
    />
  )
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

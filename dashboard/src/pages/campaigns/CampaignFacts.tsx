import { Link } from '@tanstack/react-router'
import type { CampaignDetail } from '../../api/campaigns.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { asText } from '../../lib/loose.ts'
import { Facts } from '../../ui/Facts.tsx'
import { JsonFold } from '../../ui/Fold.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Time } from '../../ui/Time.tsx'

/** The agent, the times and the configuration of a campaign. */
export function CampaignFacts({ campaign }: { campaign: CampaignDetail }) {
  const agentName = useAgentName()
  const { agent_id, config, created_at, started_at, completed_at, id, waiting_for, schedule } = campaign
  return (
    <Panel title="Details">
      <Facts
        facts={[
          ['Waiting for', waiting_for],
          [
            'Agent',
            agent_id && (
              <Link to="/agents/$id" params={{ id: agent_id }}>
                {agentName(agent_id)}
              </Link>
            ),
          ],
          [
            'Schedule',
            schedule && (
              <Link to="/schedules/$id" params={{ id: schedule.id }}>
                {schedule.name}
              </Link>
            ),
          ],
          ['Suite', asText(config['suite_name']) ?? 'quick'],
          [
            'Results',
            <Link key="r" to="/results" search={{ campaign_id: id }}>
              All its results
            </Link>,
          ],
          ['Created', <Time key="c" at={created_at} full />],
          ['Started', started_at && <Time at={started_at} full />],
          ['Ended', completed_at && <Time at={completed_at} full />],
          ['Id', <code key="i">{id}</code>],
        ]}
      />
      <JsonFold title="Configuration" value={config} />
    </Panel>
  )
}

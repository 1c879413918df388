import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { agentQuery, everyHeartbeat, stateOf } from '../../api/agents.ts'
import common from '../../ui/common.module.css'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { AgentEngines } from './AgentEngines.tsx'
import { AgentHardware } from './AgentHardware.tsx'
import { AgentHistory } from './AgentHistory.tsx'
import { AgentMaintenance } from './AgentMaintenance.tsx'
import { AgentNotes } from './AgentNotes.tsx'
import { AgentSettingsPanel } from './AgentSettingsPanel.tsx'
import { AgentState } from './AgentState.tsx'

const route = getRouteApi('/agents/$id')

/** One agent: its state, hardware, tests, engines and settings. */
export function AgentPage() {
  const { id } = route.useParams()
  const agent = useQuery({ ...agentQuery(id), ...everyHeartbeat })
  const { data } = agent
  return (
    <Page
      title={data?.name ?? 'Agent'}
      above={<Link to="/agents">Agents</Link>}
      beside={data && <StateBadge state={stateOf(data)} />}
      lead={data?.virtual && 'A virtual agent: it measures a simulated engine to try KITT without a GPU.'}
      actions={
        <LinkButton to="/quicktests/new" search={{ agent_id: id }}>
          Launch a test here
        </LinkButton>
      }
    >
      <Loaded query={agent} lines={8} height={28}>
        {(one) => (
          <div className={common.stack}>
            <div className={common.columns}>
              <AgentState agent={one} />
              <AgentHardware agent={one} />
            </div>
            <AgentHistory id={one.id} />
            <div className={common.columns}>
              <div className={common.stack}>
                <AgentEngines engines={one.engines} />
                <AgentNotes key={one.id} agent={one} />
                <AgentMaintenance agent={one} />
              </div>
              <AgentSettingsPanel id={one.id} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

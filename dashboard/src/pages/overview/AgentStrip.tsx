import { Link } from '@tanstack/react-router'
import { type Agent, stateOf } from '../../api/agents.ts'
import { plural } from '../../lib/format.ts'
import common from '../../ui/common.module.css'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge, wordOf } from '../../ui/StateBadge.tsx'
import { AgentLoad } from '../agents/AgentLoad.tsx'
import css from './overview.module.css'

const ORDER = ['busy', 'online', 'drained', 'offline', 'provisioned'] as const

/** The agents, and their number in each state. */
export function AgentStrip({ agents, total }: { agents: Agent[]; total: number }) {
  const counts = ORDER.map(
    (state) => [state, agents.filter((agent) => stateOf(agent) === state).length] as const,
  )
  return (
    <Panel
      title="Agents"
      flush
      aside={
        <div className={common.line}>
          {counts.map(
            ([state, n]) => n > 0 && <StateBadge key={state} state={state} word={`${n} ${wordOf(state)}`} />,
          )}
          {total > agents.length && <span>{plural(total, 'agent')}</span>}
        </div>
      }
    >
      <div className={css.agents}>
        {agents.map((agent) => (
          <div key={agent.id} className={css.agent}>
            <div className={css.agentHead}>
              <Link to="/agents/$id" params={{ id: agent.id }} className={css.name ?? ''} title={agent.name}>
                {agent.name}
              </Link>
              <StateBadge state={stateOf(agent)} />
            </div>
            <p className={css.dim} title={agent.gpu_info}>
              {agent.gpu_info || 'No GPU reported'}
            </p>
            <AgentLoad agent={agent} />
          </div>
        ))}
      </div>
    </Panel>
  )
}

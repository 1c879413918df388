import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { agentsQuery, everyHeartbeat, stateOf } from '../../api/agents.ts'
import { type EngineName, engineStatusQuery, registryQuery } from '../../api/engines.ts'
import common from '../../ui/common.module.css'
import { DataTable } from '../../ui/DataTable.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { EngineCell } from './EngineCell.tsx'

/** The installed and running engines of each agent. */
export function EngineMatrix() {
  const status = useQuery({ ...engineStatusQuery(), ...everyHeartbeat })
  const agents = useQuery(agentsQuery()).data?.items ?? []
  const registry = useQuery(registryQuery()).data ?? {}
  const known = (Object.keys(registry) as EngineName[]).filter(
    (engine) => engine !== 'simulated' && engine !== 'openai',
  )
  return (
    <Panel title="On the agents" flush>
      <Loaded query={status} lines={5} height={28}>
        {(byAgent) => {
          const rows = Object.values(byAgent)
          if (rows.length === 0)
            return (
              <Empty title="No agents yet.">
                Each agent reports the engines of its machine. <Link to="/agents">Add the first agent</Link>
              </Empty>
            )
          return (
            <DataTable
              label="Engines on the agents"
              rows={rows}
              rowKey={({ agent_id }) => agent_id}
              columns={[
                {
                  key: 'agent',
                  header: 'Agent',
                  cell: ({ agent_id, name }) => (
                    <Link to="/agents/$id" params={{ id: agent_id }} className={common.name ?? ''}>
                      {name}
                    </Link>
                  ),
                },
                {
                  key: 'state',
                  header: 'State',
                  cell: ({ agent_id, status }) => {
                    const schedulable = agents.find(({ id }) => id === agent_id)?.schedulable ?? true
                    return <StateBadge state={stateOf({ status, schedulable })} />
                  },
                },
                ...known.map((engine) => ({
                  key: engine,
                  header: engine,
                  cell: (row: (typeof rows)[number]) => (
                    <EngineCell agent={row} engine={engine} status={row.engines[engine]} />
                  ),
                })),
              ]}
            />
          )
        }}
      </Loaded>
    </Panel>
  )
}

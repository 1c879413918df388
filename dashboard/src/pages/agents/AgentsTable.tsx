import { UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type Agent, isConnected, stateOf } from '../../api/agents.ts'
import { formatGb, formatNumber } from '../../lib/format.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './agents.module.css'
import { CurrentTask } from './CurrentTask.tsx'

type Tagging = (tag: string) => void

const columnsOf = (onTag: Tagging): Column<Agent>[] => [
  { key: 'name', header: 'Name', card: 'name', cell: (agent) => <NameCell agent={agent} onTag={onTag} /> },
  { key: 'state', header: 'State', card: 'beside', cell: (agent) => <StateBadge state={stateOf(agent)} /> },
  { key: 'gpu', header: 'GPU', cell: ({ gpu_info, gpu_count }) => gpuText(gpu_info, gpu_count) },
  {
    key: 'load',
    header: 'GPU load',
    numeric: true,
    cell: (agent) => shown(agent, agent.gpu_utilization_pct, percent),
  },
  {
    key: 'busy',
    header: 'GPU load',
    card: 'below',
    cardOnly: true,
    cell: (agent) => shown(agent, agent.gpu_utilization_pct, (load) => `GPU ${percent(load)}`),
  },
  {
    key: 'memory',
    header: 'GPU memory',
    numeric: true,
    cell: (agent) => shown(agent, agent.gpu_memory_used_gb, formatGb),
  },
  {
    key: 'disk',
    header: 'Disk free',
    numeric: true,
    cell: (agent) => shown(agent, agent.storage_gb_free, formatGb),
  },
  {
    key: 'task',
    header: 'Current test',
    cell: ({ current_task }) => (current_task === null ? NOTHING : <CurrentTask id={current_task} />),
  },
  {
    key: 'heard',
    header: 'Last heartbeat',
    numeric: true,
    cell: ({ last_heartbeat }) => (last_heartbeat === null ? NOTHING : <Time at={last_heartbeat} />),
  },
]

export const AgentsTable = ({ agents, onTag }: { agents: Agent[]; onTag: Tagging }) => (
  <DataTable label="Agents" rows={agents} rowKey={({ id }) => id} columns={columnsOf(onTag)} />
)

/** A value of the last heartbeat, of a connected agent. */
const shown = (agent: Agent, value: number | null, text: (value: number) => string) =>
  isConnected(agent) && value !== null ? text(value) : NOTHING

const percent = (share: number) => `${formatNumber(Math.round(share))} %`

export const gpuText = (info: string, count: number): string =>
  info === '' ? '–' : count > 1 && !info.includes(`${count}`) ? `${count} × ${info}` : info

function NameCell({ agent, onTag }: { agent: Agent; onTag: Tagging }) {
  return (
    <div>
      <Link to="/agents/$id" params={{ id: agent.id }} className={common.name ?? ''}>
        {agent.name}
      </Link>
      <Tags tags={agent.tags} onTag={onTag} />
      <span className={common.onCard}>
        {agent.gpu_info === '' ? 'No GPU reported' : gpuText(agent.gpu_info, agent.gpu_count)}
      </span>
    </div>
  )
}

function Tags({ tags, onTag }: { tags: string[]; onTag: Tagging }) {
  if (tags.length === 0) return null
  return (
    <div className={css.tags}>
      {tags.map((tag) => (
        <UnstyledButton key={tag} className={css.tag ?? ''} onClick={() => onTag(tag)}>
          {tag}
        </UnstyledButton>
      ))}
    </div>
  )
}

import { UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type Agent, isConnected, stateOf } from '../../api/agents.ts'
import { formatGb, formatNumber } from '../../lib/format.ts'
import common from '../../ui/common.module.css'
import { DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './agents.module.css'
import { CurrentTask } from './CurrentTask.tsx'

export function AgentsTable({ agents, onTag }: { agents: Agent[]; onTag(tag: string): void }) {
  return (
    <DataTable
      label="Agents"
      rows={agents}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'name',
          header: 'Name',
          card: 'name',
          cell: (agent) => <NameCell agent={agent} onTag={onTag} />,
        },
        {
          key: 'state',
          header: 'State',
          card: 'beside',
          cell: (agent) => <StateBadge state={stateOf(agent)} />,
        },
        { key: 'gpu', header: 'GPU', cell: ({ gpu_info, gpu_count }) => gpuText(gpu_info, gpu_count) },
        {
          key: 'load',
          header: 'GPU load',
          numeric: true,
          cell: (agent) =>
            shown(isConnected(agent), agent.gpu_utilization_pct, (n) => `${formatNumber(Math.round(n))} %`),
        },
        {
          key: 'busy',
          header: 'GPU load and memory',
          card: 'below',
          cardOnly: true,
          cell: (agent) =>
            isConnected(agent) && agent.gpu_utilization_pct !== null
              ? `${formatNumber(Math.round(agent.gpu_utilization_pct))} %${agent.gpu_memory_used_gb === null ? '' : `, ${formatGb(agent.gpu_memory_used_gb)}`}`
              : NOTHING,
        },
        {
          key: 'memory',
          header: 'GPU memory',
          numeric: true,
          cell: (agent) => shown(isConnected(agent), agent.gpu_memory_used_gb, formatGb),
        },
        {
          key: 'disk',
          header: 'Disk free',
          numeric: true,
          cell: (agent) => shown(isConnected(agent), agent.storage_gb_free, formatGb),
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
      ]}
    />
  )
}

const shown = (isLive: boolean, value: number | null, text: (value: number) => string) =>
  isLive && value !== null ? text(value) : '–'

export const gpuText = (info: string, count: number): string =>
  info === '' ? '–' : count > 1 && !info.includes(`${count}`) ? `${count} × ${info}` : info

function NameCell({ agent, onTag }: { agent: Agent; onTag(tag: string): void }) {
  return (
    <div>
      <Link to="/agents/$id" params={{ id: agent.id }} className={common.name ?? ''}>
        {agent.name}
      </Link>
      <Tags tags={agent.tags} onTag={onTag} />
      <span className={common.onCard}>{gpuText(agent.gpu_info, agent.gpu_count)}</span>
    </div>
  )
}

function Tags({ tags, onTag }: { tags: string[]; onTag(tag: string): void }) {
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

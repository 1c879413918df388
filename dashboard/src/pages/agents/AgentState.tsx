import { type Agent, isConnected, stateOf } from '../../api/agents.ts'
import { formatDuration, formatGb, formatNumber, withUnit } from '../../lib/format.ts'
import { clockOffsetText } from '../../lib/time.ts'
import { Bar } from '../../ui/Bar.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './agents.module.css'
import { CurrentTask } from './CurrentTask.tsx'

/** The current state of an agent. */
export function AgentState({ agent }: { agent: Agent }) {
  const live = isConnected(agent)
  const { gpu_utilization_pct: load, gpu_memory_used_gb: memory, storage_gb_free: disk } = agent
  return (
    <Panel title="Now" aside={live ? 'as of its last heartbeat' : undefined}>
      <Facts
        facts={[
          ['State', <StateBadge key="s" state={stateOf(agent)} />],
          ['Current test', agent.current_task && <CurrentTask id={agent.current_task} />],
          [
            'GPU load',
            live && load !== null && (
              <span className={css.gpu}>
                <Bar value={load} max={100} label="GPU load" />
                {formatNumber(Math.round(load))} %
              </span>
            ),
          ],
          ['GPU memory used', live && memory !== null && formatGb(memory)],
          ['Disk free', live && disk !== null && formatGb(disk)],
          ['Up for', live && agent.uptime_s !== null && formatDuration(agent.uptime_s)],
          ['Last heartbeat', <Time key="h" at={agent.last_heartbeat} />],
          ['Heartbeat interval', `every ${withUnit(agent.heartbeat_interval_s, 's')}`],
          ['Clock', clockOffsetText(agent.clock_offset_ms)],
          [
            'Two machines',
            agent.twin_hosts &&
              `${agent.twin_hosts.map((host) => host || 'unknown').join(' and ')} run as this agent: provision another agent for one of them.`,
          ],
        ].map(([name, value]) => [name as string, value === false ? undefined : value])}
      />
    </Panel>
  )
}

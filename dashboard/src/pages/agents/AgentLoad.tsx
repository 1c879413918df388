import { type Agent, isConnected } from '../../api/agents.ts'
import { formatGb, formatNumber } from '../../lib/format.ts'
import { Bar } from '../../ui/Bar.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './agents.module.css'

/** GPU load, GPU memory and free disk as last reported; of an offline agent the last heartbeat. */
export function AgentLoad({ agent }: { agent: Agent }) {
  const {
    last_heartbeat,
    gpu_utilization_pct: load,
    gpu_memory_used_gb: memory,
    storage_gb_free: disk,
  } = agent
  if (!isConnected(agent)) {
    return (
      <p className={css.load}>
        {last_heartbeat ? (
          <span>
            last heartbeat <Time at={last_heartbeat} />
          </span>
        ) : (
          'waiting for its first contact'
        )}
      </p>
    )
  }
  return (
    <div className={css.load}>
      {load !== null && (
        <span className={css.gpu}>
          <Bar value={load} max={100} label={`GPU load of ${agent.name}`} />
          GPU {formatNumber(Math.round(load))} %
        </span>
      )}
      {memory !== null && <span>{formatGb(memory)} GPU memory used</span>}
      {disk !== null && <span>{formatGb(disk)} disk free</span>}
      {load === null && memory === null && disk === null && (
        <span>
          last heartbeat <Time at={last_heartbeat} />
        </span>
      )}
    </div>
  )
}

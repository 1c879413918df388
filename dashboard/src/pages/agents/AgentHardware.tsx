import type { Agent } from '../../api/agents.ts'
import { formatGb } from '../../lib/format.ts'
import { Facts } from '../../ui/Facts.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { gpuText } from './AgentsTable.tsx'
import css from './agents.module.css'

/** The hardware that an agent has reported. */
export function AgentHardware({ agent }: { agent: Agent }) {
  const gpu = gpuText(agent.gpu_info, agent.gpu_count)
  return (
    <Panel title="Machine">
      <Facts
        facts={[
          ['GPU', gpu === '–' ? undefined : gpu],
          ['CPU', [agent.cpu_info, agent.cpu_arch].filter(Boolean).join(' · ')],
          ['Memory', agent.ram_gb !== null ? formatGb(agent.ram_gb) : undefined],
          ['Environment', agent.environment_type],
          ['Host', agent.port === null ? agent.hostname : `${agent.hostname}:${agent.port}`],
          ['Agent version', agent.kitt_version],
          ['Fingerprint', agent.fingerprint],
          ['Token begins with', agent.token_prefix && <code>{agent.token_prefix}</code>],
        ]}
      />
      <HardwareDetails text={agent.hardware_details} />
    </Panel>
  )
}

/** All hardware details that an agent has reported. */
function HardwareDetails({ text }: { text: string }) {
  if (text === '' || text === '{}') return null
  return (
    <details className={css.details}>
      <summary>All hardware details</summary>
      <pre>{pretty(text)}</pre>
    </details>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

import type { Agent } from '../../api/agents.ts'
import { formatGb } from '../../lib/format.ts'
import { parsed } from '../../lib/loose.ts'
import { Facts } from '../../ui/Facts.tsx'
import { JsonFold } from '../../ui/Fold.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { gpuText } from './AgentsTable.tsx'

/** The hardware that an agent has reported. */
export function AgentHardware({ agent }: { agent: Agent }) {
  const { hardware_details: details } = agent
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
      {details !== '' && details !== '{}' && (
        <JsonFold title="All hardware details" value={parsed(details) ?? details} />
      )}
    </Panel>
  )
}

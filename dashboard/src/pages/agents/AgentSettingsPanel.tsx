import { useQuery } from '@tanstack/react-query'
import { useAccess } from '../../api/access.ts'
import { agentSettingsQuery } from '../../api/agents.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { ForAdmins } from '../../ui/NeedsToken.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { AgentSettingsForm } from './AgentSettingsForm.tsx'

/** The settings of an agent, which it applies with its next heartbeat. */
export function AgentSettingsPanel({ id }: { id: string }) {
  const settings = useQuery({ ...agentSettingsQuery(id), enabled: useAccess() === 'full' })
  return (
    <Panel title="Settings">
      <ForAdmins to="see the settings">
        <Loaded query={settings} lines={5} height={32}>
          {(values) => <AgentSettingsForm key={JSON.stringify(values)} id={id} saved={values} />}
        </Loaded>
      </ForAdmins>
    </Panel>
  )
}

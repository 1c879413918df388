import { useQuery } from '@tanstack/react-query'
import { useAccess } from '../../api/access.ts'
import { agentSettingsQuery } from '../../api/agents.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { NeedsToken } from '../../ui/NeedsToken.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { AgentSettingsForm } from './AgentSettingsForm.tsx'

/** The settings of an agent, which it applies with its next heartbeat. */
export function AgentSettingsPanel({ id }: { id: string }) {
  const access = useAccess()
  const settings = useQuery({ ...agentSettingsQuery(id), enabled: access === 'full' })
  return (
    <Panel title="Settings">
      {access !== undefined && access !== 'full' ? (
        <NeedsToken to="see the settings" />
      ) : (
        <Loaded query={settings} skeleton={<SkeletonLines n={5} height={32} />}>
          {(values) => <AgentSettingsForm key={JSON.stringify(values)} id={id} saved={values} />}
        </Loaded>
      )}
    </Panel>
  )
}

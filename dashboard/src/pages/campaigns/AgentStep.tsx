import { MultiSelect } from '@mantine/core'
import { useEffect } from 'react'
import { useAgentChoices } from '../../api/useAgentName.ts'
import { NoAgents } from '../../ui/NoAgents.tsx'
import type { StepProps } from './steps.ts'

export function AgentStep({ form, change }: StepProps) {
  const agents = useAgentChoices()
  const only = agents.length === 1 ? agents[0]?.value : undefined
  // The only agent there is needs no choosing. Once: who takes it out again wants a draft.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen later is left alone
  useEffect(() => {
    if (only !== undefined && form.agents.length === 0) change({ agents: [only] })
  }, [only])
  return (
    <>
      <MultiSelect
        label="Agents"
        description="One measures everything. Several share the runs, as they get free."
        placeholder={form.agents.length === 0 ? 'Choose' : ''}
        size="sm"
        data={agents}
        value={form.agents}
        onChange={(chosen) => change({ agents: chosen })}
        searchable
      />
      <NoAgents />
    </>
  )
}

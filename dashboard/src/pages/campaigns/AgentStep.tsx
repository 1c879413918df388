import { MultiSelect } from '@mantine/core'
import { useEffect } from 'react'
import { useAgentChoices } from '../../api/useAgentName.ts'
import { NoAgents } from '../../ui/NoAgents.tsx'
import type { StepProps } from './steps.ts'

export function AgentStep({ form, change }: StepProps) {
  const agents = useAgentChoices()
  const only = agents.length === 1 ? agents[0]?.value : undefined
  // A single agent is preselected once; it can be removed for a draft.
  // biome-ignore lint/correctness/useExhaustiveDependencies: later choices are kept
  useEffect(() => {
    if (only !== undefined && form.agents.length === 0) change({ agents: [only] })
  }, [only])
  return (
    <>
      <MultiSelect
        label="Agents"
        description="Several agents share the runs: each takes the next one when it is free."
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

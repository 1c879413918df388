import { MultiSelect } from '@mantine/core'
import { useAgentChoices } from '../agents/useAgentName.ts'
import type { StepProps } from './steps.ts'

export function AgentStep({ form, change }: StepProps) {
  const agents = useAgentChoices()
  return (
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
  )
}

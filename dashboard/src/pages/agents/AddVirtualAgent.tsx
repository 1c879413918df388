import { useNavigate } from '@tanstack/react-router'
import { kitt, read } from '../../api/kitt.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { useAction } from '../../ui/useAction.ts'

/** Adds an agent that runs in the server and measures a simulated engine. */
export function AddVirtualAgent() {
  const navigate = useNavigate()
  const add = useAction({
    run: () => read(kitt().api.v1.agents.virtual.$post({ json: {} })),
    refresh: [['agents']],
    after: ({ agent_id }) => void navigate({ to: '/agents/$id', params: { id: agent_id } }),
  })
  return (
    <ActionButton needs="add a virtual agent" variant="default" action={add}>
      Add virtual agent
    </ActionButton>
  )
}

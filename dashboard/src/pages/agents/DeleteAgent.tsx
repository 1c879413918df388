import { useNavigate } from '@tanstack/react-router'
import type { Agent } from '../../api/agents.ts'
import { kitt, read } from '../../api/kitt.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { useAsk } from '../../ui/ask.ts'
import { useAction } from '../../ui/useAction.ts'

/** Deletes an agent after a confirmation. */
export function DeleteAgent({ agent }: { agent: Agent }) {
  const ask = useAsk()
  const navigate = useNavigate()
  const remove = useAction({
    run: () => read(kitt().api.v1.agents[':id'].$delete({ param: { id: agent.id } })),
    done: `${agent.name} is deleted.`,
    after: () => void navigate({ to: '/agents' }),
    refresh: [['agents', 'list'], ['tests']],
  })
  const start = async () => {
    const agreed = await ask.confirm({
      title: `Delete ${agent.name}?`,
      text: 'Its results are kept. Its queued tests fail, and its token stops working at once.',
      confirm: 'Delete',
      danger: true,
    })
    if (agreed) remove.mutate()
  }
  return (
    <div>
      <p>Delete: the results are kept, queued tests fail.</p>
      <ActionButton
        needs="delete an agent"
        variant="outline"
        color="red"
        loading={remove.isPending}
        onClick={() => void start()}
      >
        Delete
      </ActionButton>
    </div>
  )
}

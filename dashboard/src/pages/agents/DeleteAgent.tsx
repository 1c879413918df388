import { useNavigate } from '@tanstack/react-router'
import type { Agent } from '../../api/agents.ts'
import { kitt, read } from '../../api/kitt.ts'
import { DeleteButton } from '../../ui/DeleteButton.tsx'

/** Deletes an agent after a confirmation. */
export function DeleteAgent({ agent: { id, name } }: { agent: Agent }) {
  const navigate = useNavigate()
  return (
    <div>
      <p>Delete: the results are kept, queued tests fail.</p>
      <DeleteButton
        needs="delete an agent"
        variant="outline"
        title={`Delete ${name}?`}
        text="Its results are kept. Its queued tests fail, and its token stops working at once."
        run={() => read(kitt().api.v1.agents[':id'].$delete({ param: { id } }))}
        done={`${name} is deleted.`}
        refresh={[['agents', 'list'], ['tests']]}
        after={() => void navigate({ to: '/agents' })}
      />
    </div>
  )
}

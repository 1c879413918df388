import { useNavigate } from '@tanstack/react-router'
import { kitt, read } from '../../api/kitt.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { useAsk } from '../../ui/ask.ts'
import { useAction } from '../../ui/useAction.ts'

/** Deletes a result after a confirmation. */
export function DeleteResult({ id }: { id: string }) {
  const ask = useAsk()
  const navigate = useNavigate()
  const remove = useAction({
    run: () => read(kitt().api.v1.results[':id'].$delete({ param: { id } })),
    done: 'The result is deleted.',
    refresh: [['results', 'list'], ['tests']],
    after: () => void navigate({ to: '/results' }),
  })
  const start = async () => {
    const agreed = await ask.confirm({
      title: 'Delete this result?',
      text: 'It is deleted permanently, also from comparisons and charts.',
      confirm: 'Delete',
      danger: true,
    })
    if (agreed) remove.mutate()
  }
  return (
    <ActionButton
      needs="delete a result"
      variant="outline"
      color="red"
      loading={remove.isPending}
      onClick={() => void start()}
    >
      Delete
    </ActionButton>
  )
}

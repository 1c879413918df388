import type { EngineProfile } from '../../api/engines.ts'
import { kitt, read } from '../../api/kitt.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { useAsk } from '../../ui/ask.ts'
import { useAction } from '../../ui/useAction.ts'

export function DeleteProfile({ profile: { id, name } }: { profile: EngineProfile }) {
  const ask = useAsk()
  const remove = useAction({
    run: () => read(kitt().api.v1.engines.profiles[':id'].$delete({ param: { id } })),
    done: `The profile ${name} is deleted.`,
    refresh: [['engines', 'profiles']],
  })
  const start = async () => {
    const agreed = await ask.confirm({
      title: `Delete the profile ${name}?`,
      text: 'The results of tests that used it are kept.',
      confirm: 'Delete',
      danger: true,
    })
    if (agreed) remove.mutate()
  }
  return (
    <ActionButton
      needs="delete a profile"
      aria-label={`Delete ${name}`}
      variant="subtle"
      color="red"
      loading={remove.isPending}
      onClick={() => void start()}
    >
      Delete
    </ActionButton>
  )
}

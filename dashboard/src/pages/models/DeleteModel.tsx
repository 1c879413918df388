import { kitt, read } from '../../api/kitt.ts'
import type { LocalModel } from '../../api/models.ts'
import { formatGb } from '../../lib/format.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { useAsk } from '../../ui/ask.ts'
import { useAction } from '../../ui/useAction.ts'

/** Deletes a model from disk after a confirmation. */
export function DeleteModel({ model }: { model: LocalModel }) {
  const { repo_id, size_gb } = model
  const ask = useAsk()
  const remove = useAction({
    run: () => read(kitt().api.v1.models[':repo_id{.+}'].$delete({ param: { repo_id } })),
    done: `${repo_id} is deleted.`,
    refresh: [['models']],
  })
  const start = async () => {
    const agreed = await ask.confirm({
      title: 'Delete this model?',
      text: `${repo_id}: ${formatGb(size_gb)} on disk. Tests that need it have to download it again.`,
      confirm: 'Delete',
      danger: true,
    })
    if (agreed) remove.mutate()
  }
  return (
    <ActionButton
      needs="delete a model"
      aria-label={`Delete ${repo_id}`}
      variant="subtle"
      color="red"
      loading={remove.isPending}
      onClick={() => void start()}
    >
      Delete
    </ActionButton>
  )
}

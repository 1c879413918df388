import { kitt, read } from '../../api/kitt.ts'
import type { LocalModel } from '../../api/models.ts'
import { formatGb } from '../../lib/format.ts'
import { DeleteButton } from '../../ui/DeleteButton.tsx'

/** Deletes a model from disk after a confirmation. */
export const DeleteModel = ({ model: { repo_id, size_gb } }: { model: LocalModel }) => (
  <DeleteButton
    needs="delete a model"
    aria-label={`Delete ${repo_id}`}
    title="Delete this model?"
    text={`${repo_id}: ${formatGb(size_gb)} on disk. Tests that need it have to download it again.`}
    run={() => read(kitt().api.v1.models[':repo_id{.+}'].$delete({ param: { repo_id } }))}
    done={`${repo_id} is deleted.`}
    refresh={[['models']]}
  />
)

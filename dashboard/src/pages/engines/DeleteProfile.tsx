import type { EngineProfile } from '../../api/engines.ts'
import { kitt, read } from '../../api/kitt.ts'
import { DeleteButton } from '../../ui/DeleteButton.tsx'

export const DeleteProfile = ({ profile: { id, name } }: { profile: EngineProfile }) => (
  <DeleteButton
    needs="delete a profile"
    aria-label={`Delete ${name}`}
    title={`Delete the profile ${name}?`}
    text="The results of tests that used it are kept."
    run={() => read(kitt().api.v1.engines.profiles[':id'].$delete({ param: { id } }))}
    done={`The profile ${name} is deleted.`}
    refresh={[['engines', 'profiles']]}
  />
)

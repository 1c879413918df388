import { useNavigate } from '@tanstack/react-router'
import { kitt, read } from '../../api/kitt.ts'
import { DeleteButton } from '../../ui/DeleteButton.tsx'

/** Deletes a result after a confirmation. */
export function DeleteResult({ id }: { id: string }) {
  const navigate = useNavigate()
  return (
    <DeleteButton
      needs="delete a result"
      variant="outline"
      title="Delete this result?"
      text="It is deleted permanently, also from comparisons and charts."
      run={() => read(kitt().api.v1.results[':id'].$delete({ param: { id } }))}
      done="The result is deleted."
      refresh={[['results', 'list'], ['tests']]}
      after={() => void navigate({ to: '/results' })}
    />
  )
}

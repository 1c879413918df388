import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { testQuery } from '../../api/tests.ts'

/** A link to the current test of an agent, by its model. */
export function CurrentTask({ id }: { id: string | null }) {
  const { data } = useQuery({ ...testQuery(id ?? ''), enabled: id !== null })
  if (id === null) return <span>–</span>
  return (
    <Link to="/quicktests/$id" params={{ id }}>
      {data?.model_path ?? 'a test'}
    </Link>
  )
}

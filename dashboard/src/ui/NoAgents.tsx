import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { agentsQuery } from '../api/agents.ts'
import common from './common.module.css'

/** Says where agents come from, as long as there is none to choose. */
export function NoAgents() {
  const { data } = useQuery(agentsQuery())
  if (data?.total !== 0) return null
  return (
    <p className={common.sub}>
      There is no agent yet. <Link to="/agents">Add one</Link> first, or a virtual one to look around.
    </p>
  )
}

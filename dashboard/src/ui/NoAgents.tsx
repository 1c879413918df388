import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { agentsQuery } from '../api/agents.ts'
import common from './common.module.css'

/** A hint to add an agent, as long as there is none. */
export function NoAgents() {
  const { data } = useQuery(agentsQuery())
  if (data?.total !== 0) return null
  return (
    <p className={common.sub}>
      There is no agent yet. <Link to="/agents">Add one</Link> first, or a virtual one to try KITT.
    </p>
  )
}

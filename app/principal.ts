import { Forbidden } from './errors.ts'

/** Who calls: the administrator, an agent, or an anonymous caller. */
export type Principal = { kind: 'admin' } | { kind: 'agent'; agent_id: string } | { kind: 'anonymous' }

/** @throws Forbidden when an agent acts as another */
export function requireAgent(principal: Principal, agentId: string): void {
  if (principal.kind === 'agent' && principal.agent_id !== agentId)
    throw new Forbidden('This token belongs to another agent.')
}

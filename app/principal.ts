import { Forbidden } from './errors.ts'

/** The authenticated caller. */
export type Principal = { kind: 'admin' } | { kind: 'agent'; agent_id: string } | { kind: 'anonymous' }

/** @throws Forbidden if an agent acts as another */
export function requireAgent(principal: Principal, agentId: string): void {
  if (principal.kind === 'agent' && principal.agent_id !== agentId)
    throw new Forbidden('This token belongs to another agent.')
}

import { Forbidden } from './errors.ts'

/** A token of a person or a program. `expires_at` in epoch ms; null if it does not expire. */
export type TokenRef = { id: string; name: string; expires_at: number | null }

/** The authenticated caller. An admin without `token` has the token of the server's start. */
export type Principal =
  | { kind: 'admin'; token?: TokenRef }
  | { kind: 'token'; scope: 'read' | 'run'; token: TokenRef }
  | { kind: 'agent'; agent_id: string }
  | { kind: 'anonymous' }

/** The names of actors without a token of their own. */
export const ADMIN_ACTOR = 'admin'
export const ANONYMOUS_ACTOR = 'anonymous'

/** The token of a principal, if it has one of its own. */
export const tokenOf = (principal: Principal): TokenRef | undefined =>
  principal.kind === 'admin' || principal.kind === 'token' ? principal.token : undefined

/** How a principal is named where it is kept what it did. */
export function actorOf(principal: Principal): string {
  if (principal.kind === 'agent') return `agent ${principal.agent_id}`
  if (principal.kind === 'anonymous') return ANONYMOUS_ACTOR
  return principal.token?.name ?? ADMIN_ACTOR
}

/** @throws Forbidden if an agent acts as another */
export function requireAgent(principal: Principal, agentId: string): void {
  if (principal.kind === 'agent' && principal.agent_id !== agentId)
    throw new Forbidden('This token belongs to another agent.')
}

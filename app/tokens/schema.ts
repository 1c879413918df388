import { z } from 'zod'
import { TOKEN_SCOPES, TOKEN_STATES } from '../../lib/states.ts'
import { NewName } from '../http/fields.ts'
import { ADMIN_ACTOR, ANONYMOUS_ACTOR } from '../principal.ts'
import { Instant } from '../results/schema.ts'

/** `read` sees everything but tokens and the audit; `run` also launches, imports and notes; `admin` does everything. */
export const TokenScope = z.enum(TOKEN_SCOPES)
export type TokenScope = z.infer<typeof TokenScope>

/** The name stands in the audit: it must not be that of another actor. */
const isActor = (name: string) =>
  [ADMIN_ACTOR, ANONYMOUS_ACTOR].includes(name.toLowerCase()) || /^agent\s/i.test(name)

/** @example { name: 'ci', scope: 'run', expires_at: '2027-01-31T00:00:00Z' } */
export const NewApiToken = z.strictObject({
  name: NewName.refine((name) => !isActor(name), 'must not be "admin", "anonymous" or begin with "agent "'),
  scope: TokenScope,
  /** Without it, the token does not expire. */
  expires_at: Instant.nullish(),
})
export type NewApiToken = z.infer<typeof NewApiToken>

/** The token itself is shown this once. */
export const ApiTokenCreated = z.object({ id: z.string(), token: z.string(), prefix: z.string() })

/** Times are ISO 8601 in UTC. */
export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  /** The first characters of the token. */
  prefix: z.string(),
  scope: TokenScope,
  state: z.enum(TOKEN_STATES),
  expires_at: z.string().nullable(),
  created_by: z.string(),
  created_at: z.string(),
  /** Noted every few minutes at most. */
  last_used_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
})
export type ApiToken = z.infer<typeof ApiToken>

/** What the token of the caller is and may do. */
export const CurrentToken = z.object({
  name: z.string(),
  scope: z.enum([...TOKEN_SCOPES, 'agent']),
  expires_at: z.string().nullable(),
})
export type CurrentToken = z.infer<typeof CurrentToken>

import { z } from 'zod'
import { AUDIT_OUTCOMES } from '../../lib/states.ts'
import { Text } from '../http/fields.ts'
import { Instant } from '../results/schema.ts'

/** Who changed what, or was refused. Times are ISO 8601 in UTC. */
export const AuditEntry = z.object({
  id: z.number(),
  at: z.string(),
  /** The name of a token, `admin`, `agent <id>` or `anonymous`. */
  actor: z.string(),
  /** Like `campaigns.launch`. */
  action: z.string(),
  /** The id or name of what was changed; empty if there is none. */
  target: z.string(),
  address: z.string(),
  outcome: z.enum(AUDIT_OUTCOMES),
  summary: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** `action` is one, or the beginning of several: `campaigns` has `campaigns.launch`. */
export const AuditQuery = z.object({
  actor: Text(200).optional(),
  action: Text(200).optional(),
  target: Text(1024).optional(),
  outcome: z.enum(AUDIT_OUTCOMES).optional(),
  since: Instant.optional(),
})
export type AuditQuery = z.infer<typeof AuditQuery>

import { z } from 'zod'

export const Health = z.object({
  status: z.literal('ok'),
  /** Seconds since the server's copy of a remote database was known to have everything (KITT_DB_REPLICA). */
  replica_age_s: z.number().optional(),
})
/** `draining`: the server was told to stop, and requests should go to another. */
export const HealthUnavailable = z.object({ status: z.enum(['unavailable', 'draining']), error: z.string() })
export const Version = z.object({
  name: z.literal('KITT'),
  version: z.string(),
  api_version: z.literal('v1'),
  runtime: z.string(),
  /** What a token is needed for, so that clients know without a failed request. */
  token_for: z.enum(['nothing', 'changes', 'everything']),
})
export type Version = z.infer<typeof Version>
export const LegacyHealth = z.object({ status: z.literal('ok'), version: z.string() })

/** The text format of Prometheus. */
export const MetricsText = z.string()
export const OpenApi = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({}),
  paths: z.looseObject({}),
})

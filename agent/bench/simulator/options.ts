import { z } from 'zod'
import type { Slowdown } from './slow.ts'

/** `system_fingerprint` of simulated answers: their results are marked as simulated. */
export const SIMULATOR_FINGERPRINT = 'kitt-simulated'

type FailureKind = 'http_500' | 'stall' | 'close' | 'reset' | 'bad_json'

/** Every `every`-th request (from 1) fails; kinds that fail within the stream do so after `afterTokens` (default 2). */
export interface FailurePlan {
  every: number
  kind: FailureKind
  afterTokens?: number
}

export interface SimulatorOptions {
  /** The model in `/v1/models` (default `simulated`); requests may name any. */
  model?: string
  /** Milliseconds from the arrival of a request to its first token (default 50). */
  ttftMs?: number
  /** Milliseconds from one token to the next (default 10). */
  tpotMs?: number
  /** 0..1: every interval varies by up to this share, seeded by `seed` (default 0). */
  jitter?: number
  seed?: number
  /** Tokens of a request without a maximum (default 64). */
  defaultTokens?: number
  /** Maximum tokens of any answer. */
  stopAfter?: number
  /** Requests served at full speed; above it tokens slow down in proportion (default: no limit). */
  concurrencyLimit?: number
  /** How much slower it is, and since when. */
  slow?: Slowdown
  /** The version in `/version`; without it there is none. */
  version?: string
  failures?: FailurePlan[]
  /** Prompt tokens to report as cached. */
  cachedTokens?: number
  /** Whether to report token counts (default true). */
  sendUsage?: boolean
}

/** The fields of a request that the simulator reads; others are ignored. */
export const CompletionBody = z.object({
  model: z.string().optional(),
  prompt: z.string().optional(),
  messages: z.array(z.object({ content: z.unknown() })).optional(),
  max_tokens: z.int().min(1).max(1_000_000).nullish(),
  max_completion_tokens: z.int().min(1).max(1_000_000).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
})
export type CompletionBody = z.infer<typeof CompletionBody>

import { z } from 'zod'

/** What a simulated answer carries as `system_fingerprint`, so that its numbers never pass for real ones. */
export const SIMULATOR_FINGERPRINT = 'kitt-simulated'

/** What a request of the plan does instead of answering well. */
type FailureKind = 'http_500' | 'stall' | 'close' | 'reset' | 'bad_json'

/** Every `every`-th request (counted from 1) fails; in mid-stream kinds after `afterTokens` tokens (default 2). */
export interface FailurePlan {
  every: number
  kind: FailureKind
  afterTokens?: number
}

export interface SimulatorOptions {
  /** The name shown by `/v1/models` (default `simulated`); a request may name any model. */
  model?: string
  /** Milliseconds from the arrival of a request to its first token (default 50). */
  ttftMs?: number
  /** Milliseconds from one token to the next (default 10). */
  tpotMs?: number
  /** 0..1: every interval is stretched or shrunk by up to this share, from `seed` (default 0). */
  jitter?: number
  seed?: number
  /** Tokens where the request names no maximum (default 64). */
  defaultTokens?: number
  /** Output ends here even where more was asked for. */
  stopAfter?: number
  /** Requests served at full speed; beyond it tokens slow down in proportion (default: no limit). */
  concurrencyLimit?: number
  failures?: FailurePlan[]
  /** Prompt tokens to report as taken from the prefix cache. */
  cachedTokens?: number
  /** `false`: an engine that reports no token counts (default true). */
  sendUsage?: boolean
}

/** What the simulator reads of a request; everything else is ignored, as engines do. */
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

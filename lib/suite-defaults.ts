/** What each suite measures where nothing else is asked for; `requests` of each run. */
export const SUITE_DEFAULTS = {
  quick: { requests: 20, input_tokens: 64, output_tokens: 32, warmup: 1, runs: 1 },
  performance: { requests: 20, input_tokens: 128, output_tokens: 128, warmup: 2, runs: 3 },
  standard: { requests: 20, input_tokens: 128, output_tokens: 128, warmup: 2, runs: 3 },
} as const

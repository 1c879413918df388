import { z } from 'zod'
import { headerProblem } from '../../lib/header-rules.ts'

export const LoadMode = z.enum(['synchronous', 'concurrent', 'constant', 'poisson', 'throughput', 'sweep'])
export type LoadMode = z.infer<typeof LoadMode>
export const BenchmarkName = z.enum(['throughput', 'latency', 'load', 'warmup_analysis', 'memory_usage'])
export type BenchmarkName = z.infer<typeof BenchmarkName>
export const SuiteName = z.enum(['quick', 'performance', 'standard'])
export type SuiteName = z.infer<typeof SuiteName>

const positive = z.number().positive().max(1e9)

/** Service level objectives: upper bounds in ms. Goodput counts the requests that meet all of them. */
export const Slo = z.strictObject({
  ttft_ms: positive.optional(),
  tpot_ms: positive.optional(),
  e2e_latency_ms: positive.optional(),
})
export type Slo = z.infer<typeof Slo>

function refuseUnfit(headers: Record<string, string>, context: z.RefinementCtx<Record<string, string>>) {
  for (const [name, value] of Object.entries(headers)) {
    const message = headerProblem(name, value)
    if (message) context.addIssue({ code: 'custom', message, path: [name], input: null })
  }
}

/**
 * Options of a measurement; defaults come from the suite.
 * @example { mode: 'poisson', rate: 4, requests: 200, slo: { ttft_ms: 300 } }
 */
export const BenchOptions = z
  .strictObject({
    /** Load mode of the benchmark `load`; a mode without a benchmark implies `load`. */
    mode: LoadMode.optional(),
    /** Requests in flight in the mode `concurrent`. */
    concurrency: z.int().min(1).max(4096).optional(),
    /** Maximum requests in flight in the modes `constant`, `poisson`, `throughput` and `sweep`. */
    max_concurrency: z.int().min(1).max(4096).optional(),
    /** Requests per second of `constant` and `poisson`. */
    rate: z.number().positive().max(100_000).optional(),
    /** Rates of a sweep between its two ends. */
    sweep_points: z.int().min(1).max(50).optional(),
    /** Stop rules: counted requests, seconds of sending, share of failed requests (0..1). */
    requests: z.int().min(1).max(1_000_000).optional(),
    seconds: z.number().positive().max(86_400).optional(),
    max_error_rate: z.number().min(0).max(1).optional(),
    input_tokens: z.int().min(1).max(1_000_000).optional(),
    output_tokens: z.int().min(1).max(1_000_000).optional(),
    warmup: z.int().min(0).max(10_000).optional(),
    runs: z.int().min(1).max(100).optional(),
    /** Seed of prompts and arrivals; default: random, recorded in the result. */
    seed: z.int().min(0).max(0xffffffff).optional(),
    /** Prompts to use in turn, instead of synthetic ones. */
    prompts: z.array(z.string().min(1)).min(1).max(100_000).optional(),
    slo: Slo.optional(),
    endpoint: z.enum(['chat', 'completions']).optional(),
    /** Additional headers of every request. Their values are secret and in no result. */
    headers: z.record(z.string().min(1).max(200), z.string().max(8192)).superRefine(refuseUnfit).optional(),
    /** The field that limits the output: `max_completion_tokens` for engines that refuse `max_tokens`. */
    max_tokens_field: z.string().min(1).max(200).optional(),
    /** Fields of the request body to leave out, such as `stream_options` or `temperature`. */
    omit: z.array(z.string().min(1).max(200)).max(50).optional(),
    /** Client threads; `auto`: as many as the requests in flight need and the machine has. */
    workers: z.union([z.int().min(1).max(64), z.literal('auto')]).optional(),
    timeout_s: z.number().positive().max(86_400).optional(),
    /** The engine's GPUs, for tokens per second per GPU. */
    gpu_count: z.int().min(1).max(10_000).optional(),
    /** Additional fields of the request body, such as `{"ignore_eos": true}`. */
    extra_body: z.record(z.string(), z.json()).optional(),
  })
  .refine(({ mode, rate }) => rate !== undefined || (mode !== 'constant' && mode !== 'poisson'), {
    path: ['rate'],
    error: 'The modes constant and poisson need a rate in requests per second.',
  })
export type BenchOptions = z.infer<typeof BenchOptions>

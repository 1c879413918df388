import { type GpuObservation, type GpuSampler, observeGpu } from './gpu.ts'
import { type LoadPlan, type LoadResult, runLoad, type Send } from './load.ts'
import { type ClientLoad, watchClient } from './loop-lag.ts'
import type { ResolvedOptions } from './options.ts'
import type { Prompts } from './prompts.ts'
import type { RequestRecord } from './record.ts'
import { type Engine, measureRequest } from './request.ts'
import { distribution } from './stats.ts'
import type { StopRules } from './stop-rules.ts'
import { type Warning, windowWarnings } from './warnings.ts'
import { measureWindow, type WindowMetrics } from './window.ts'

/** What one run of one benchmark works with. */
export interface BenchContext {
  engine: Engine
  options: ResolvedOptions
  /** Of this run alone. */
  seed: number
  prompts: Prompts
  signal?: AbortSignal | undefined
  gpu?: GpuSampler | undefined
  log: (line: string) => void
  onRecord: (record: RequestRecord) => void
}

/** One measured window and everything a reader needs to judge it. */
export interface WindowOutcome {
  metrics: WindowMetrics
  records: RequestRecord[]
  client: ClientLoad
  gpu: GpuObservation | null
  warnings: Warning[]
  stopped_by: LoadResult['stopped_by'] | 'warmup_failed'
}

export interface WindowSpec {
  plan: LoadPlan
  rules: StopRules
  /** Requests before the window; default: the option `warmup`. */
  warmup?: number
  outputTokens?: number
}

/**
 * Warm-up, then one window under load. An engine that fails every warm-up request is not measured.
 * Rejects with the signal's reason when stopped.
 */
export async function measure(context: BenchContext, spec: WindowSpec): Promise<WindowOutcome> {
  const { options, signal } = context
  const warmup = spec.warmup ?? options.warmup
  const warm = await warmUp(context, spec, warmup)
  signal?.throwIfAborted()
  const dead = warm.length > 0 && warm.every((record) => record.error !== null)
  const stop = watchClient()
  const { value: load, gpu } = await observeGpu(context.gpu, async () => {
    if (dead) return { records: [], stopped_by: 'warmup_failed' as const }
    const send = createSend(context, spec, warm.length, false)
    return runLoad({ plan: spec.plan, rules: spec.rules, send, signal, onRecord: context.onRecord })
  })
  const busy = stop()
  signal?.throwIfAborted()
  const delays = load.records.map((record) => record.read_delay_ms).filter((delay) => delay !== null)
  const client = { ...busy, read_delay_p50_ms: distribution(delays)?.p50 ?? null }
  const records = [...warm, ...load.records]
  const metrics = measureWindow(records, options.slo, options.gpu_count)
  return {
    metrics,
    records,
    client,
    gpu,
    stopped_by: load.stopped_by,
    warnings: windowWarnings(metrics, records, client, gpu),
  }
}

async function warmUp(context: BenchContext, spec: WindowSpec, requests: number): Promise<RequestRecord[]> {
  if (requests === 0) return []
  const most = spec.plan.loop === 'closed' ? spec.plan.concurrency : spec.plan.ceiling
  const plan = { loop: 'closed', concurrency: Math.min(requests, most) } as const
  const send = createSend(context, spec, 0, true)
  const { records } = await runLoad({ plan, rules: { requests }, send, signal: context.signal })
  return records
}

function createSend(context: BenchContext, spec: WindowSpec, offset: number, warmup: boolean): Send {
  const { engine, options, prompts, signal } = context
  return async (index, due) => {
    const record = await measureRequest({
      ...engine,
      prompt: prompts(offset + index),
      maxTokens: spec.outputTokens ?? options.output_tokens,
      endpoint: options.endpoint,
      timeoutMs: options.timeout_s * 1000,
      extraBody: options.extra_body,
      signal,
    })
    const client_queue_ms = due === null ? null : Math.max(0, record.t0 - due)
    return { ...record, index: offset + index, warmup, client_queue_ms }
  }
}

import { type GpuObservation, type GpuSampler, observeGpu } from './gpu.ts'
import { type LoadPlan, type LoadResult, runLoad, type Send } from './load.ts'
import { type ClientLoad, clientLoad } from './loop-lag.ts'
import type { ResolvedOptions } from './options.ts'
import type { Prompts } from './prompts.ts'
import type { RequestRecord } from './request/record.ts'
import type { EngineClient } from './request/request.ts'
import type { StopRules } from './stop-rules.ts'
import { type Warning, windowWarnings } from './warnings.ts'
import { measureWindow, type WindowMetrics } from './window.ts'

/** What one run of one benchmark works with. */
export interface BenchContext {
  client: EngineClient
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
  const stop = context.client.watch()
  const { value: load, gpu } = await observeGpu(context.gpu, async () => {
    if (dead) return { records: [], stopped_by: 'warmup_failed' as const }
    const send = createSend(context, spec, warm.length, false)
    return runLoad({ plan: spec.plan, rules: spec.rules, send, signal, onRecord: context.onRecord })
  })
  const client = clientLoad(await stop(), load.records)
  signal?.throwIfAborted()
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
  const { client, options, prompts } = context
  const maxTokens = spec.outputTokens ?? options.output_tokens
  const timeoutMs = options.timeout_s * 1000
  return async (index, due) => {
    const record = await client.measure({ prompt: prompts(offset + index), maxTokens, timeoutMs })
    record.index = offset + index
    record.warmup = warmup
    record.due = due
    return record
  }
}

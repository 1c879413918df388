import type { EngineScraper } from '../engine-metrics/scraper.ts'
import { type EngineMetrics, watchEngine } from '../engine-metrics/watch.ts'
import { type GpuObservation, type GpuSampler, observeGpuWithin } from '../gpu/gpu.ts'
import { throwIfCancelled } from '../interrupted.ts'
import { type LoadPlan, type LoadResult, runLoad, type Send } from '../load/load.ts'
import type { StopRules } from '../load/stop-rules.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Prompts } from '../prompts.ts'
import { type ClientLoad, clientLoad } from '../request/loop-lag.ts'
import type { RequestRecord } from '../request/record.ts'
import type { EngineClient } from '../request/request.ts'
import { type Warning, windowWarnings } from './warnings.ts'
import { measureWindow, type WindowMetrics } from './window.ts'

/** The context of one run of one benchmark. */
export interface BenchContext {
  client: EngineClient
  options: ResolvedOptions
  /** Unique to this run. */
  seed: number
  prompts: Prompts
  signal?: AbortSignal | undefined
  gpu?: GpuSampler | undefined
  scraper?: EngineScraper | undefined
  log: (line: string) => void
  onRecord: (record: RequestRecord) => void
  /** Called at the start of each of several windows: `point 3 of 7`. */
  onPoint?: ((label: string) => void) | undefined
}

/** One measured window. */
export interface WindowOutcome {
  metrics: WindowMetrics
  records: RequestRecord[]
  client: ClientLoad
  gpu: GpuObservation | null
  /** The engine's own counts; null when it reports none. */
  engine_metrics: EngineMetrics | null
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

/** Failed warm-up requests after which an engine is not measured. */
const MIN_WARMUP_FAILURES = 3

/**
 * Runs the warm-up, then one window under load. An engine that fails every warm-up request is not measured.
 * Rejects with the signal's reason when aborted; when interrupted, the window has the answers until then.
 */
export async function measure(context: BenchContext, spec: WindowSpec): Promise<WindowOutcome> {
  const { options, signal } = context
  const warmup = spec.warmup ?? options.warmup
  // Requests cut off by an interruption neither failed nor succeeded.
  const withoutAborted = (all: RequestRecord[]) =>
    signal?.aborted ? all.filter(({ error }) => error?.kind !== 'aborted') : all
  const warm = withoutAborted(await warmUp(context, spec, warmup))
  throwIfCancelled(signal)
  const dead = warm.length > 0 && warm.every((record) => record.error !== null)
  const load = async () => {
    if (dead) return { records: [], stopped_by: 'warmup_failed' as const }
    if (signal?.aborted) return { records: [], stopped_by: 'aborted' as const }
    const send = createSend(context, spec, warm.length, false)
    return runLoad({ plan: spec.plan, rules: spec.rules, send, signal, onRecord: context.onRecord })
  }
  const { value, gpu } = await observeGpuWithin(context.gpu, (window) => watched(context, () => window(load)))
  throwIfCancelled(signal)
  const counted = withoutAborted(value.records)
  const client = clientLoad(value.busy, counted)
  const records = [...warm, ...counted]
  const metrics = measureWindow(records, options.slo, options.gpu_count)
  const { engine_metrics, stopped_by } = value
  const warnings = windowWarnings(metrics, records, client, gpu, engine_metrics)
  return { metrics, records, client, gpu, engine_metrics, stopped_by, warnings }
}

/** Runs a load while watching the client's load and the engine's metrics. */
async function watched<T>({ client, scraper }: BenchContext, load: () => Promise<T>) {
  const engine = scraper ? await watchEngine(scraper) : null
  const stop = client.watch()
  try {
    const value = await load()
    const busy = await stop()
    return { ...value, busy, engine_metrics: (await engine?.stop()) ?? null }
  } finally {
    void engine?.stop()
  }
}

async function warmUp(context: BenchContext, spec: WindowSpec, requests: number): Promise<RequestRecord[]> {
  if (requests === 0) return []
  const most = spec.plan.loop === 'closed' ? spec.plan.concurrency : spec.plan.ceiling
  const plan = { loop: 'closed', concurrency: Math.min(requests, most) } as const
  const send = createSend(context, spec, 0, true)
  const { records } = await runLoad({ plan, rules: { requests }, send, signal: context.signal })
  while (records.length < MIN_WARMUP_FAILURES && records.every(mayRecover) && !context.signal?.aborted)
    records.push(await createSend(context, spec, records.length, true)(0, null))
  return records
}

/** The engine may still be loading after a failure, but not after a timeout. */
const mayRecover = ({ error }: RequestRecord) => error !== null && error.kind !== 'timeout'

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

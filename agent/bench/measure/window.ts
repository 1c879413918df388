import type { Slo } from '../options.ts'
import {
  type Delivery,
  deliveryOf,
  e2eOf,
  gapsOf,
  type OutputKind,
  type RequestRecord,
  tpotOf,
  ttftOf,
  waitOf,
} from '../request/record.ts'
import { type Distribution, distribution, fewSamples } from '../stats.ts'

/** The metrics of one window. Null = not observed; units are in the names. */
export interface WindowMetrics {
  requests: number
  successful_requests: number
  failed_requests: number
  error_rate: number | null
  errors: Record<string, number>
  /** Successful requests by finish reason. */
  finish_reasons: Record<string, number>
  /** Successful requests by delivery; `buffered` ones have no TPOT and ITL. */
  delivery: Partial<Record<Delivery, number>>
  /** Chunks by kind of output. */
  output_kinds: Partial<Record<OutputKind, number>>
  duration_s: number | null
  output_tps: number | null
  total_tps: number | null
  request_rate_rps: number | null
  goodput_rps: number | null
  /** Planned and actual requests per second of an open loop; null in a closed loop. */
  rate_asked_rps: number | null
  rate_kept_rps: number | null
  output_tps_per_gpu: number | null
  concurrency_mean: number | null
  concurrency_peak: number
  input_tokens: number | null
  output_tokens: number
  /** Sums over the requests that report them; null when none does. */
  cached_tokens: number | null
  reasoning_tokens: number | null
  accepted_tokens: number | null
  token_source: 'usage' | 'chunks' | null
  ttft_ms: Distribution | null
  tpot_ms: Distribution | null
  itl_ms: Distribution | null
  e2e_latency_ms: Distribution | null
  tps_per_user: Distribution | null
  client_queue_ms: Distribution | null
  /** Time per output token, as reported by the engine. */
  engine_tpot_ms: Distribution | null
  few_samples: string[]
}

const observed = (values: (number | null)[]) => values.filter((value) => value !== null)
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

/** Computes the metrics of a window, without warm-up requests. */
export function measureWindow(
  records: readonly RequestRecord[],
  slo?: Slo,
  gpuCount?: number,
): WindowMetrics {
  const counted = records.filter((record) => !record.warmup)
  const good = counted.filter((record) => record.error === null)
  const from = counted.reduce((first, record) => Math.min(first, record.t0), Number.POSITIVE_INFINITY)
  const to = counted.reduce((last, record) => Math.max(last, record.t_last_byte ?? 0), 0)
  const seconds = to > from ? (to - from) / 1000 : null
  const per = (amount: number | null) => (seconds === null || amount === null ? null : amount / seconds)
  const output = sum(good.map((record) => record.output_tokens))
  const input = sumInput(good)
  const flight = concurrencyOf(
    counted.map((record) => ({ from: record.t0, to: record.t_end })),
    { from, to },
  )
  return {
    requests: counted.length,
    successful_requests: good.length,
    failed_requests: counted.length - good.length,
    error_rate: counted.length > 0 ? (counted.length - good.length) / counted.length : null,
    errors: countOf(counted, (record) => record.error?.kind),
    finish_reasons: countOf(good, (record) => record.finish_reason),
    delivery: countOf(good, deliveryOf),
    output_kinds: sumKinds(good),
    duration_s: seconds,
    output_tps: per(output),
    total_tps: per(input === null ? null : input + output),
    request_rate_rps: per(good.length),
    goodput_rps: slo && Object.keys(slo).length > 0 ? per(good.filter((r) => meets(r, slo)).length) : null,
    ...rates(counted),
    output_tps_per_gpu: gpuCount ? per(output / gpuCount) : null,
    concurrency_mean: flight.mean,
    concurrency_peak: flight.peak,
    input_tokens: input,
    output_tokens: output,
    cached_tokens: sumKnown(good, (record) => record.cached_tokens),
    reasoning_tokens: sumKnown(good, (record) => record.reasoning_tokens),
    accepted_tokens: sumKnown(good, (record) => record.accepted_tokens),
    token_source:
      good.length === 0 ? null : good.every((r) => r.token_source === 'usage') ? 'usage' : 'chunks',
    ...distributions(good),
  }
}

function distributions(good: RequestRecord[]) {
  const tpot = observed(good.map(tpotOf))
  const all = {
    ttft_ms: distribution(observed(good.map(ttftOf))),
    tpot_ms: distribution(tpot),
    itl_ms: distribution(good.flatMap(gapsOf)),
    e2e_latency_ms: distribution(observed(good.map(e2eOf))),
    tps_per_user: distribution(tpot.filter((ms) => ms > 0).map((ms) => 1000 / ms)),
    client_queue_ms: distribution(observed(good.map(waitOf))),
    engine_tpot_ms: distribution(observed(good.map(engineTpotOf))),
  }
  return { ...all, few_samples: Object.entries(all).flatMap(([name, values]) => fewSamples(name, values)) }
}

/** Null unless every request reports its input: a partial sum would be too small. */
function sumInput(good: RequestRecord[]): number | null {
  const inputs = observed(good.map((record) => record.input_tokens))
  return good.length > 0 && inputs.length === good.length ? sum(inputs) : null
}

function sumKnown(good: RequestRecord[], pick: (record: RequestRecord) => number | null): number | null {
  const values = observed(good.map(pick))
  return values.length > 0 ? sum(values) : null
}

function sumKinds(good: RequestRecord[]): Partial<Record<OutputKind, number>> {
  const kinds: Partial<Record<OutputKind, number>> = {}
  for (const record of good)
    for (const [kind, chunks] of Object.entries(record.kinds) as [OutputKind, number][])
      kinds[kind] = (kinds[kind] ?? 0) + chunks
  return kinds
}

/** Counts records by a word; in a `Map`, as an engine's words may be `__proto__`. */
function countOf(
  records: readonly RequestRecord[],
  word: (record: RequestRecord) => string | null | undefined,
): Record<string, number> {
  const counts = new Map<string, number>()
  for (const record of records) {
    const found = word(record)
    if (found != null) counts.set(found.slice(0, 100), (counts.get(found.slice(0, 100)) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].slice(0, 50))
}

/** An open loop's planned and actual rate, both from the first planned time to the last request. */
function rates(counted: RequestRecord[]) {
  const open = counted.flatMap(({ due, t0 }) => (due === null ? [] : [{ due, t0 }]))
  const gaps = open.length - 1
  if (gaps < 1) return { rate_asked_rps: null, rate_kept_rps: null }
  const first = open.reduce((least, { due }) => Math.min(least, due), Number.POSITIVE_INFINITY)
  const over = (last: number) => (last > first ? (gaps * 1000) / (last - first) : null)
  return {
    rate_asked_rps: over(open.reduce((last, { due }) => Math.max(last, due), first)),
    rate_kept_rps: over(open.reduce((last, { t0 }) => Math.max(last, t0), first)),
  }
}

/** The engine's time per token, without the first token, which belongs to the prompt. */
function engineTpotOf({ server }: RequestRecord): number | null {
  if (!server?.output_ms || !server.output_tokens || server.output_tokens < 2) return null
  return server.output_ms / (server.output_tokens - 1)
}

/** Whether a successful request met every objective; an unobserved value does not. A single token has no TPOT. */
export function meets(record: RequestRecord, slo: Slo): boolean {
  const within = (value: number | null, bound: number | undefined) =>
    bound === undefined || (value !== null && value <= bound)
  const oneToken = record.output_tokens < 2
  // An open loop counts from the planned time, so the wait in the client is included.
  const wait = waitOf(record) ?? 0
  const waited = (value: number | null) => (value === null ? null : value + wait)
  return (
    within(waited(ttftOf(record)), slo.ttft_ms) &&
    (oneToken || within(tpotOf(record), slo.tpot_ms)) &&
    within(waited(e2eOf(record)), slo.e2e_latency_ms)
  )
}

/** A time span, ms. */
interface Span {
  from: number
  to: number
}

/** Time-weighted mean, and peak, of requests in flight; at equal times an end counts before a start. */
export function concurrencyOf(spans: readonly Span[], window: Span): { mean: number | null; peak: number } {
  let busy = 0
  const steps: [number, number][] = []
  for (const span of spans) {
    busy += Math.max(0, Math.min(span.to, window.to) - Math.max(span.from, window.from))
    steps.push([span.from, 1], [span.to, -1])
  }
  steps.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  let now = 0
  let peak = 0
  for (const [, step] of steps) {
    now += step
    peak = Math.max(peak, now)
  }
  const length = window.to - window.from
  return { mean: length > 0 ? busy / length : null, peak }
}

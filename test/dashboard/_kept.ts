import { randomFrom } from './_documents.ts'

const CONCURRENCY = 16

/** The requests of a run as a document keeps them: sixteen at a time, the first two to warm up, one fails. */
export function keptOutputs(count: number): Record<string, unknown>[] {
  const random = randomFrom(11)
  const free = Array.from({ length: CONCURRENCY }, () => 900)
  return Array.from({ length: count }, (_, index) => {
    const warmup = index < 2
    const slot = free.indexOf(Math.min(...free))
    const at_ms = warmup ? index * 430 : (free[slot] ?? 0) + random() * 8
    const ttft_ms = 60 + random() ** 3 * 240
    const tpot_ms = 11 + random() * 2.5
    const output_tokens = 96 + Math.floor(random() * 64)
    const e2e_latency_ms = ttft_ms + tpot_ms * output_tokens
    if (!warmup) free[slot] = at_ms + e2e_latency_ms
    const input_tokens = 200 + Math.floor(random() * 120)
    const request = { index, at_ms, ttft_ms, tpot_ms, e2e_latency_ms, input_tokens, output_tokens }
    if (index === 40)
      return { ...request, ttft_ms: null, tpot_ms: null, error: { kind: 'timeout', message: '…' } }
    return warmup ? { ...request, warmup } : request
  })
}

/** Readings of two GPUs over some seconds. */
export function keptSeries(seconds: number) {
  const random = randomFrom(12)
  const at_ms = Array.from({ length: seconds * 4 }, (_, i) => i * 250)
  const line = (level: number, noise: number) =>
    at_ms.map((_, i) => Math.round(level * Math.min(1, 0.4 + i / 6) + (random() - 0.5) * noise))
  const gpus = [0, 1].map((index) => ({
    ...{ index, uuid: `GPU-${index}` },
    power_w: line(520 - index * 20, 40),
    utilization_pct: line(96, 6),
    memory_used_gb: line(71 - index, 0),
  }))
  return { interval_ms: 250, at_ms, gpus }
}

import type { RequestRecord } from '../request/record.ts'

/** Progress of a suite, with live metrics of the running benchmark. */
export interface Progress {
  done: number
  total: number
  /** Missing: requests. */
  unit?: 'requests' | 'percent'
  metrics: Record<string, number>
  /** The running part of a benchmark that has parts: `point 3 of 7`. */
  label?: string
}

const EVERY_MS = 250
/** Units of a step that ends by time: percent. */
const TIMED_UNITS = 100

/** One benchmark of one run, limited by requests or seconds. */
export interface Step {
  requests: number | null
  seconds: number | undefined
}

const unitsOf = (step: Step) => step.requests ?? TIMED_UNITS

/** Tracks progress; reports it at most four times a second and at the end of every step. */
export function createProgress(steps: readonly Step[], report: (progress: Progress) => void) {
  const total = steps.reduce((sum, step) => sum + unitsOf(step), 0)
  const isTimed = steps.some(({ requests }) => requests === null)
  let before = 0
  let step: Step | undefined
  let live = createLive()
  let reportedAt = 0
  let label: string | undefined
  const within = () => {
    if (!step) return 0
    const timed = step.seconds ? ((performance.now() - live.started) / 10 / step.seconds) | 0 : 0
    return Math.min(unitsOf(step), step.requests === null ? timed : live.requests)
  }
  const send = () => {
    reportedAt = performance.now()
    report({
      done: before + within(),
      total,
      ...(isTimed ? { unit: 'percent' as const } : {}),
      metrics: live.metrics(),
      ...(label === undefined ? {} : { label }),
    })
  }
  return {
    begin: (next: Step) => {
      step = next
      live = createLive()
      label = undefined
    },
    /** Begins a part. */
    point: (name: string) => {
      label = name
      send()
    },
    record: (record: RequestRecord) => {
      live.add(record)
      if (performance.now() - reportedAt >= EVERY_MS) send()
    },
    end: () => {
      before += step ? unitsOf(step) : 0
      step = undefined
      label = undefined
      send()
    },
  }
}

function createLive() {
  const seen = { from: Number.POSITIVE_INFINITY, tokens: 0, failed: 0, ttft: 0, ttfts: 0 }
  const live = {
    started: performance.now(),
    requests: 0,
    add: (record: RequestRecord) => {
      live.requests += 1
      seen.from = Math.min(seen.from, record.t0)
      if (record.error) seen.failed += 1
      else seen.tokens += record.output_tokens
      if (record.error || record.t1 === null) return
      seen.ttft += record.t1 - record.t0
      seen.ttfts += 1
    },
    metrics: (): Record<string, number> => {
      const seconds = (performance.now() - seen.from) / 1000
      return {
        requests: live.requests,
        failed_requests: seen.failed,
        ...(seen.tokens > 0 && seconds > 0 ? { output_tps: seen.tokens / seconds } : {}),
        ...(seen.ttfts > 0 ? { ttft_ms: seen.ttft / seen.ttfts } : {}),
      }
    },
  }
  return live
}

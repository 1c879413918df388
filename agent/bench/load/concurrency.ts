/** A span of time in flight, in ms. */
export interface Span {
  from: number
  to: number
}

/** Time-weighted mean and peak of spans in flight between `from` and `to`; an end comes before a start. */
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

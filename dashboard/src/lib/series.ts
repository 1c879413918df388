import type { EnvironmentSeen, Series } from '../../../app/setups/schema.ts'
import { valueText } from './changes.ts'

export type SeriesPoint = Series['points'][number]

/** The points as columns, oldest first: seconds, values of valid runs, values of runs left out. */
export type Columns = {
  points: SeriesPoint[]
  x: number[]
  valid: (number | null)[]
  left: (number | null)[]
}

export function columnsOf(points: readonly SeriesPoint[]): Columns {
  const sorted = points.map((point) => ({ point, at: Date.parse(point.at) / 1000 }))
  // The server sends them in order.
  if (sorted.some(({ at }, i) => at < (sorted[i - 1]?.at ?? at))) sorted.sort((a, b) => a.at - b.at)
  return {
    points: sorted.map(({ point }) => point),
    x: sorted.map(({ at }) => at),
    valid: sorted.map(({ point }) => (point.valid ? point.value : null)),
    left: sorted.map(({ point }) => (point.valid ? null : point.value)),
  }
}

/** Runs in a row with the same value of a field; times in seconds. */
export type Span = { from: number; to: number; text: string; look: number }
export type Lane = { field: string; spans: Span[] }

const MAX_LANES = 6
/** Changes with every boot or start, so that a lane of it says nothing. */
const RESTLESS = /boot/

/** The fields of the environment that changed over a series, as spans of equal values. */
export function lanesOf({ x, points }: Columns, environments: readonly EnvironmentSeen[]): Lane[] {
  const stretches = stretchesOf(x, points)
  const textsOf = (field: string) => {
    const texts = new Map(environments.map(({ id, facts }) => [id, valueText(facts[field])]))
    return (environment: string) => texts.get(environment) ?? valueText(null)
  }
  const fields = new Set(environments.flatMap((one) => Object.keys(one.facts)))
  return [...fields]
    .filter((field) => !RESTLESS.test(field))
    .filter((field) => new Set(environments.map(({ facts }) => valueText(facts[field]))).size > 1)
    .map((field) => ({ field, spans: spansOf(stretches, textsOf(field)) }))
    .filter(({ spans }) => spans.length > 1)
    .slice(0, MAX_LANES)
}

type Stretch = { from: number; to: number; environment: string }

/** Runs in a row with one environment: there are few of them, however many runs. */
function stretchesOf(x: readonly number[], points: readonly SeriesPoint[]): Stretch[] {
  const stretches: Stretch[] = []
  for (const [i, { environment }] of points.entries()) {
    const at = x[i] ?? 0
    const last = stretches.at(-1)
    if (last) last.to = at
    if (last?.environment !== environment) stretches.push({ from: at, to: at, environment })
  }
  return stretches
}

function spansOf(stretches: readonly Stretch[], textOf: (environment: string) => string): Span[] {
  const spans: Span[] = []
  const looks = new Map<string, number>()
  for (const { from, to, environment } of stretches) {
    const text = textOf(environment)
    const last = spans.at(-1)
    if (last?.text === text) last.to = to
    else {
      if (!looks.has(text)) looks.set(text, looks.size)
      spans.push({ from, to, text, look: looks.get(text) ?? 0 })
    }
  }
  return spans
}

/** The lowest and the highest value of each of `n` equal stretches of time, for a small picture of a long series. */
export function outlineOf({ x, valid }: Columns, n: number): { low: number; high: number; at: number }[] {
  const [first = 0, last = 0] = [x[0], x.at(-1)]
  const width = (last - first) / n || 1
  const buckets = new Map<number, { low: number; high: number }>()
  for (const [i, at] of x.entries()) {
    const value = valid[i]
    if (value === null || value === undefined) continue
    const slot = Math.min(n - 1, Math.floor((at - first) / width))
    const known = buckets.get(slot)
    if (known) {
      known.low = Math.min(known.low, value)
      known.high = Math.max(known.high, value)
    } else buckets.set(slot, { low: value, high: value })
  }
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([slot, { low, high }]) => ({ low, high, at: (slot + 0.5) / n }))
}

/** The whole time of a series, with a little room; a day around a single run. */
export function domainOf({ x }: Columns): [number, number] {
  const [first = 0, last = 0] = [x[0], x.at(-1)]
  const pad = (last - first) * 0.02 || 43_200
  return [first - pad, last + pad]
}

/** Round values between two, about `n` of them, for an axis. */
export function roundTicks(low: number, high: number, n = 5): number[] {
  const raw = (high - low) / n
  if (!(raw > 0)) return [low]
  const size = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * size >= raw) ?? 10) * size
  const first = Math.ceil(low / step)
  const last = Math.floor(high / step)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step)
}

import { reportedDistribution } from './distribution.ts'
import type { Warning } from './importer.ts'
import { count, isObject, type Json, text } from './values.ts'

/** Milliseconds in one unit of time; undefined for a unit that is none. */
export function millisecondsIn(unit: unknown): number | undefined {
  const known: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, sec: 1000 }
  // Per token: "ms/token".
  const name = (text(unit)?.toLowerCase() ?? '').replace(/\/token$/, '')
  return Object.hasOwn(known, name) ? known[name] : /^(seconds?|secs)$/.test(name) ? 1000 : undefined
}

/** How a tool names the statistics of a distribution. */
type Names = { avg: string; sd: string; median?: string }

/** The percentiles among statistics: `p50`, `p99.9`, `p99p9`, `p0p1`. */
export function percentilesIn(statistics: Json, median?: string): Record<string, unknown> {
  const found = Object.entries(statistics).flatMap(([key, value]) => {
    const [, whole, part] = /^p(\d+)(?:[p.](\d+))?$/.exec(key) ?? []
    return whole === undefined ? [] : [[part === undefined ? whole : `${whole}.${part}`, value] as const]
  })
  return { ...(median === undefined ? {} : { 50: statistics[median] }), ...Object.fromEntries(found) }
}

/**
 * Statistics with their unit as a distribution in milliseconds; undefined, with a warning, where the unit is no
 * time. @param warnings collects the warning
 */
export function latencyWithUnit(
  statistics: unknown,
  unit: unknown,
  names: Names,
  { name, warnings }: { name: string; warnings: Warning[] },
): Json | undefined {
  if (!isObject(statistics)) return undefined
  const scale = millisecondsIn(unit)
  if (scale === undefined) {
    const message = `${name} is in "${String(unit).slice(0, 40)}", which is no time: it was left out.`
    warnings.push({ code: 'unknown_unit', message })
    return undefined
  }
  const { min, max } = statistics
  const percentiles = percentilesIn(statistics, names.median)
  const reported = { count: count(statistics['count']), min, max, percentiles }
  const [avg, sd] = [statistics[names.avg], statistics[names.sd]]
  return reportedDistribution({ ...reported, avg, sd }, scale, 'sample')
}

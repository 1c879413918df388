import { isObject } from '../../lib/loose.ts'
import { nameInSweep, sweptNames, valuesFor } from './metric-source.ts'
import { BenchmarkResult, type ResultDocument } from './schema.ts'

/** A metric's value within a result: which benchmark and run it belongs to. */
export type Leaf = { benchmark: string; run_number: number; name: string; value: number }

const MAX_DEPTH = 6
const MAX_LEAVES = 5000
const MAX_NAME = 200

/** Every finite number among the metrics of a result's benchmarks, nested ones under their dotted name. */
export function metricLeaves(document: ResultDocument): Leaf[] {
  const leaves: Leaf[] = []
  const walk = (at: Omit<Leaf, 'name' | 'value'>, name: string, value: unknown, depth: number) => {
    if (leaves.length >= MAX_LEAVES || name.length > MAX_NAME) return
    if (typeof value === 'number') {
      const { benchmark, run_number } = at
      if (Number.isFinite(value)) leaves.push({ benchmark, run_number, name, value })
    } else if (isObject(value) && depth < MAX_DEPTH && !(at.run_number === 0 && isSummary(value))) {
      for (const key of Object.keys(value)) walk(at, name ? `${name}.${key}` : key, value[key], depth + 1)
    }
  }
  for (const item of Array.isArray(document.results) ? document.results : []) {
    const parsed = BenchmarkResult.safeParse(item)
    if (!parsed.success) continue
    const { test_name, run_number, metrics } = parsed.data
    walk({ benchmark: test_name ?? '', run_number: run_number || 1 }, '', metrics, 0)
  }
  if (document.metrics) walk({ benchmark: '', run_number: 0 }, '', document.metrics, 0)
  return leaves
}

/** A summary over runs adds nothing to the runs themselves. */
const isSummary = (value: Record<string, unknown>) =>
  typeof value['n'] === 'number' && typeof value['mean'] === 'number'

/**
 * One value per metric: from the document's own `metrics`, otherwise the mean over the runs of the benchmark
 * it is taken from. Metrics that lists must not show have none.
 */
export function headlines(leaves: readonly Leaf[]): Map<string, number> {
  const groups = new Map<string, Leaf[]>()
  for (const leaf of leaves) {
    const group = groups.get(leaf.name)
    if (group) group.push(leaf)
    else groups.set(leaf.name, [leaf])
  }
  const shown = new Map<string, number>()
  for (const name of new Set([...groups.keys(), ...sweptNames(groups)])) {
    const own = groups.get(name) ?? []
    const swept = groups.get(nameInSweep(name) ?? '')
    const values = valuesFor(name, swept ? [...own, ...swept] : own)
    if (values.length === 0) continue
    const summary = own.find((leaf) => leaf.run_number === 0)
    shown.set(name, summary ? summary.value : mean(values.map(({ value }) => value)))
  }
  return shown
}

function mean(values: number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  // The sum of huge values may overflow; their mean never does.
  return Number.isFinite(sum)
    ? sum / values.length
    : values.reduce((total, value) => total + value / values.length, 0)
}

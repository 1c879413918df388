/** A document as a benchmark run wrote it; its fields are not validated. */
export type LegacyResult = Record<string, unknown>

export type LegacyFilter = { model: string | undefined; engine: string | undefined }

/** One row of the table, formatted. */
export type LegacyRow = {
  index: number
  model: string
  engine: string
  suite: string
  passed: boolean
  benchmarks: string
  seconds: string
  when: string
}

export type LegacyView = {
  filter: LegacyFilter
  models: string[]
  engines: string[]
  /** Newest first. */
  rows: LegacyRow[]
  total: number
  passed: number
  failed: number
}

/** The runs of one model and engine. */
export type LegacyCampaign = { model: string; engine: string; runs: number; passed: number; failed: number }

const UNKNOWN = 'unknown'

export function viewOf(results: LegacyResult[], filter: LegacyFilter): LegacyView {
  const all = results.map(toRow)
  const rows = all
    .filter(({ model }) => filter.model === undefined || model === filter.model)
    .filter(({ engine }) => filter.engine === undefined || engine === filter.engine)
    .sort((a, b) => compare(b.when, a.when) || a.index - b.index)
  const passed = rows.filter((row) => row.passed).length
  return {
    filter,
    models: distinct(all.map(({ model }) => model)),
    engines: distinct(all.map(({ engine }) => engine)),
    rows,
    total: rows.length,
    passed,
    failed: rows.length - passed,
  }
}

export function groupByModelAndEngine(results: LegacyResult[]): LegacyCampaign[] {
  const groups = new Map<string, LegacyCampaign>()
  for (const { model, engine, passed } of results.map(toRow)) {
    const key = JSON.stringify([model, engine])
    const group = groups.get(key) ?? { model, engine, runs: 0, passed: 0, failed: 0 }
    group.runs++
    group[passed ? 'passed' : 'failed']++
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => compare(a.model, b.model) || compare(a.engine, b.engine))
}

function toRow(result: LegacyResult, index: number): LegacyRow {
  const [passedCount, total] = [numberOf(result['passed_count']), numberOf(result['total_benchmarks'])]
  return {
    index,
    model: text(result['model']) || UNKNOWN,
    engine: text(result['engine']) || UNKNOWN,
    suite: text(result['suite_name']),
    passed: result['passed'] === true,
    benchmarks: passedCount === undefined || total === undefined ? '' : `${passedCount} of ${total}`,
    seconds: numberOf(result['total_time_seconds'])?.toFixed(1) ?? '',
    when: text(result['timestamp'])
      .replace('T', ' ')
      .replace(/(:\d\d)(:\d\d).*$/, '$1'),
  }
}

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')

const numberOf = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined)

const distinct = (values: string[]) => [...new Set(values)].sort(compare)

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

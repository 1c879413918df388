import type { Orm } from '../../db/database.ts'
import { runs } from '../../db/schema.ts'
import { joined, query, raw, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { nextTurn } from '../turns.ts'
import type { Aggregate, AggregateQuery, Dimension, Statistics } from './analysis-schema.ts'
import { conditionOf, resolveFilter } from './filter.ts'
import { HEADLINE_METRICS } from './metric-units.ts'
import { HEADLINES_KEY } from './repair-headlines.ts'
import type { ResultFilter } from './schema.ts'
import { statisticsOf } from './statistics.ts'

type Reads = Pick<Deps, 'db'>
type Group = {
  at: Pick<Aggregate['items'][number], Dimension>
  seqs: number[]
  metrics: [string, Statistics][]
}

/**
 * Statistics of metrics over groups of results, as the text of the answer. SQL selects and sorts, JavaScript
 * computes: reading a hundred thousand sorted values as one text is several times faster than ranking them
 * with window functions. Simulated results are left out unless the filter asks for them; then only they are
 * counted.
 */
export function createAggregates({ db }: Reads): (query: AggregateQuery) => Promise<string> {
  const kept = new Map<string, { of: string; text: string }>()
  return async (asked) => {
    if (asked.tag !== undefined) return JSON.stringify(await aggregated({ db }, asked))
    const key = JSON.stringify(asked)
    const of = await stateOf(db.read)
    const known = kept.get(key)
    if (known?.of === of) return known.text
    const text = JSON.stringify(await aggregated({ db }, asked))
    kept.delete(key)
    // An answer computed during a change may mix old and new results: it is not kept.
    if (text.length <= KEPT_LENGTH && (await stateOf(db.read)) === of) kept.set(key, { of, text })
    if (kept.size > KEPT) kept.delete(kept.keys().next().value as string)
    return text
  }
}

/** The most answers kept, and the longest one kept, in UTF-16 units. */
const KEPT = 50
const KEPT_LENGTH = 64 * 1024

/**
 * A text that changes whenever results do, but not with their tags, by any writer: rows are never updated, a `seq` is never reused,
 * and the setting says how far metrics are repaired.
 */
async function stateOf(orm: Orm): Promise<string> {
  const [row] = await query<{ state: string }>(orm, STATE)
  return (row as { state: string }).state
}

const STATE = sql`SELECT json_array((SELECT seq FROM sqlite_sequence WHERE name = 'runs'),
  (SELECT count(*) FROM runs), (SELECT value FROM settings WHERE key = ${HEADLINES_KEY})) AS state`

async function aggregated(deps: Reads, asked: AggregateQuery): Promise<Aggregate> {
  const { group_by, metric: names = HEADLINE_METRICS, ...filter } = asked
  const { groups, top } = await groupsOf(deps, group_by, { ...filter, simulated: filter.simulated ?? false })
  const groupOf = new Map(groups.flatMap((group) => group.seqs.map((seq) => [seq, group] as const)))
  for (const name of new Set(names)) {
    const sorted = new Map<Group, number[]>()
    const { seqs, values } = await valuesInOrder(deps, name, groupOf, top)
    seqs.forEach((seq, i) => {
      const group = groupOf.get(seq)
      if (!group) return
      const list = sorted.get(group)
      if (list) list.push(values[i] as number)
      else sorted.set(group, [values[i] as number])
    })
    for (const [group, list] of sorted) group.metrics.push([name, statisticsOf(list)])
    // A metric may take tens of milliseconds: yields to other requests in between.
    if (seqs.length > FEW) await nextTurn()
  }
  const items = groups.map(({ at, seqs, metrics }) => ({
    ...at,
    count: seqs.length,
    metrics: Object.fromEntries(metrics),
  }))
  return { group_by, items }
}

/** The matching results grouped and sorted by `dimensions`, and the newest result's `seq`. */
async function groupsOf({ db }: Reads, dimensions: Dimension[], asked: ResultFilter) {
  const filter = await resolveFilter({ db }, asked)
  const columns = dimensions.map((key) => sql`json_group_array(${runs[key]}) AS ${raw(key)}`)
  const [row] = await query<Partial<Record<Dimension | 'seqs', string>> & { top: number | null }>(
    db.read,
    sql`
    SELECT json_group_array(seq) AS seqs, (SELECT max(seq) FROM runs) AS top, ${joined(columns, ', ')}
    FROM runs WHERE ${conditionOf(filter, 'lead')}`,
  )
  const lists = dimensions.map((key) => JSON.parse(row?.[key] ?? '[]') as (string | null)[])
  const groups = new Map<string | null, Group>()
  for (const [i, seq] of (JSON.parse(row?.seqs ?? '[]') as number[]).entries()) {
    const at = lists.map((list) => list[i] ?? null)
    const key = at.length === 1 ? (at[0] ?? null) : JSON.stringify(at)
    const group = groups.get(key)
    if (group) group.seqs.push(seq)
    else
      groups.set(key, {
        at: Object.fromEntries(dimensions.map((dimension, d) => [dimension, at[d]])) as Group['at'],
        seqs: [seq],
        metrics: [],
      })
  }
  const inOrder = [...groups].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)).map(([, group]) => group)
  return { groups: inOrder, top: row?.top ?? 0 }
}

/** Up to this many results, lookups one by one are faster than reading all that have the metric. */
const FEW = 5000

/** A metric's values in ascending order and their `seq`; if many are wanted, of other results too. */
async function valuesInOrder({ db }: Reads, name: string, wanted: ReadonlyMap<number, unknown>, top: number) {
  const isMost = wanted.size > FEW || 4 * wanted.size > top
  const source = isMost
    ? sql`metrics INDEXED BY metrics_headline WHERE name = ${name} AND headline = 1`
    : sql`json_each(${JSON.stringify([...wanted.keys()])}) AS run CROSS JOIN metrics INDEXED BY metrics_run
          ON run_seq = run.value AND name = ${name} AND headline = 1`
  // Seventeen digits keep every double exact; json_group_array() would write fifteen.
  const [row] = await query<{ seqs: string | null; numbers: string | null }>(
    db.read,
    sql`
    SELECT group_concat(run_seq) AS seqs, group_concat(printf('%!.17g', number)) AS numbers
    FROM (SELECT run_seq, metrics.value AS number FROM ${source} ORDER BY metrics.value)`,
  )
  const list = (text: string | null | undefined) => JSON.parse(`[${text ?? ''}]`) as number[]
  return { seqs: list(row?.seqs), values: list(row?.numbers) }
}

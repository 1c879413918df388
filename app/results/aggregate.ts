import { sql } from 'drizzle-orm'
import { runs } from '../../db/schema.ts'
import { pause } from '../../lib/pause.ts'
import type { Deps } from '../deps.ts'
import type { Aggregate, AggregateQuery, Dimension, Statistics } from './analysis-schema.ts'
import { conditionOf, resolveFilter } from './filter.ts'
import { HEADLINE_METRICS } from './metrics-table.ts'
import type { ResultFilter } from './schema.ts'
import { statisticsOf } from './statistics.ts'

type Reads = Pick<Deps, 'db'>
type Group = {
  at: Pick<Aggregate['items'][number], Dimension>
  seqs: number[]
  metrics: [string, Statistics][]
}

/**
 * The statistics of metrics over groups of results. SQL selects and sorts, the sums are made here: as one text
 * a hundred thousand sorted values come several times faster than window functions rank them.
 * Simulated results are left out unless the filter asks for them; then it is for them alone.
 */
export async function aggregateResults(deps: Reads, query: AggregateQuery): Promise<Aggregate> {
  const { group_by, metric: names = HEADLINE_METRICS, ...filter } = query
  const groups = await groupsOf(deps, group_by, { ...filter, simulated: filter.simulated ?? false })
  const groupOf = new Map(groups.flatMap((group) => group.seqs.map((seq) => [seq, group] as const)))
  for (const name of new Set(names)) {
    const sorted = new Map<Group, number[]>()
    const { seqs, values } = await valuesInOrder(deps, name, groupOf)
    seqs.forEach((seq, i) => {
      const group = groupOf.get(seq)
      if (!group) return
      const list = sorted.get(group)
      if (list) list.push(values[i] as number)
      else sorted.set(group, [values[i] as number])
    })
    for (const [group, list] of sorted) group.metrics.push([name, statisticsOf(list)])
    // A metric may take tens of milliseconds: others have their turn in between.
    await pause(0)
  }
  const items = groups.map(({ at, seqs, metrics }) => ({
    ...at,
    count: seqs.length,
    metrics: Object.fromEntries(metrics),
  }))
  return { group_by, items }
}

/** The matching results by the values of `dimensions`, in the order of these. */
async function groupsOf({ db }: Reads, dimensions: Dimension[], asked: ResultFilter): Promise<Group[]> {
  const filter = await resolveFilter({ db }, asked)
  const columns = dimensions.map((key) => sql`json_group_array(${runs[key]}) AS ${sql.identifier(key)}`)
  const [row] = await db.read.all<Partial<Record<Dimension | 'seqs', string>>>(sql`
    SELECT json_group_array(seq) AS seqs, ${sql.join(columns, sql`, `)}
    FROM runs WHERE ${conditionOf(filter, 'lead')}`)
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
  return [...groups].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)).map(([, group]) => group)
}

/** So many results are sooner looked up one by one than found among all that have the metric. */
const FEW = 5000

/** A metric's values in ascending order, and whose they are; of other results too where many are wanted. */
async function valuesInOrder({ db }: Reads, name: string, wanted: ReadonlyMap<number, unknown>) {
  const source =
    wanted.size > FEW
      ? sql`metrics INDEXED BY metrics_headline WHERE name = ${name} AND headline = 1`
      : sql`json_each(${JSON.stringify([...wanted.keys()])}) AS run CROSS JOIN metrics INDEXED BY metrics_run
          ON run_seq = run.value AND name = ${name} AND headline = 1`
  // Seventeen digits give every number back as it was; json_group_array() would write fifteen.
  const [row] = await db.read.all<{ seqs: string | null; numbers: string | null }>(sql`
    SELECT group_concat(run_seq) AS seqs, group_concat(printf('%!.17g', number)) AS numbers
    FROM (SELECT run_seq, metrics.value AS number FROM ${source} ORDER BY metrics.value)`)
  const list = (text: string | null | undefined) => JSON.parse(`[${text ?? ''}]`) as number[]
  return { seqs: list(row?.seqs), values: list(row?.numbers) }
}

import { query, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { BadRequest } from '../errors.ts'
import { nextTurn } from '../turns.ts'
import type { ComparedMetric, CompareRequest } from './analysis-schema.ts'
import { asBytes, type Bytes } from './bytes.ts'
import { byImportance, metricInfo } from './metric-units.ts'

type Reads = Pick<Deps, 'db'>
type Side = { id: string; seq: number }

/** What is known of results beyond their numbers; the first is the base. */
export type Verdicts = {
  comparable: object
  /** The results that count together. */
  groups: readonly object[]
  /** Null where there is no verdict. */
  of(id: string, metric: string): string | null
}

/**
 * Results side by side as pieces of JSON; documents are as reported, without outputs.
 * @param judge gives the verdicts on results against the first @throws BadRequest
 */
export async function compareResults(
  deps: Reads,
  { ids }: CompareRequest,
  judge: (ids: string[]) => Promise<Verdicts>,
): Promise<Uint8Array<ArrayBuffer>[]> {
  await refuseLarge(deps, ids)
  const found = await query<Side>(deps.db.read, sql`SELECT id, seq FROM runs WHERE id IN ${ids}`)
  const sides = ids.flatMap((id) => found.find((side) => side.id === id) ?? [])
  const missing = ids.filter((id) => !sides.some((side) => side.id === id))
  const items = await itemsOf(deps, sides)
  const values = await metricsOf(deps, sides)
  const shown = [...values.keys()].sort(byImportance).slice(0, MOST)
  const { comparable, groups, of } = await judge(sides.map(({ id }) => id))
  const metrics = shown.map((name) => ({
    ...compared(name, sides, values.get(name) ?? new Map()),
    verdict: Object.fromEntries(sides.map(({ id }) => [id, of(id, name)])),
  }))
  const rest = `],"missing":${JSON.stringify(missing)},"comparable":${JSON.stringify(comparable)},"groups":${JSON.stringify(groups)},"metrics":${JSON.stringify(metrics)}}`
  return [encoder.encode('{"items":['), ...items, encoder.encode(rest)]
}

const encoder = new TextEncoder()
const COMMA = encoder.encode(',')

/** The documents, with commas between. */
async function itemsOf({ db }: Reads, sides: Side[]): Promise<Uint8Array<ArrayBuffer>[]> {
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for (const { seq } of sides) {
    const [row] = await query<{ head: Bytes; tail: Bytes }>(
      db.read,
      sql`SELECT CAST(head AS BLOB) AS head, CAST(tail AS BLOB) AS tail FROM documents WHERE run_seq = ${seq}`,
    )
    if (!row) continue
    if (pieces.length > 0) pieces.push(COMMA)
    pieces.push(asBytes(row.head), asBytes(row.tail))
    await nextTurn()
  }
  return pieces
}

/** The most document bytes in one comparison: all are in memory at once. */
const TOGETHER_MAX = 16 * 1024 * 1024

async function refuseLarge({ db }: Reads, ids: string[]): Promise<void> {
  const [size] = await query<{ bytes: number | null }>(
    db.read,
    sql`SELECT sum(octet_length(head)) AS bytes FROM runs JOIN documents ON run_seq = seq WHERE id IN ${ids}`,
  )
  if ((size?.bytes ?? 0) > TOGETHER_MAX)
    throw new BadRequest('ids: these results are larger than 16 MiB together. Compare fewer at once.')
}

/** More metrics than any suite has; fifty hostile documents could have a hundred thousand. */
const MOST = 5000

/** The metrics of these results: by name, then by `seq`. */
async function metricsOf({ db }: Reads, sides: Side[]): Promise<Map<string, Map<number, number>>> {
  const [row] = await query<Record<'seqs' | 'names' | 'numbers', string | null>>(
    db.read,
    sql`
    SELECT group_concat(run_seq) AS seqs, json_group_array(name) AS names,
      group_concat(printf('%!.17g', value)) AS numbers
    FROM metrics INDEXED BY metrics_run
    WHERE run_seq IN ${sides.length > 0 ? sides.map(({ seq }) => seq) : [0]} AND headline = 1`,
  )
  const list = (text: string | null | undefined) => JSON.parse(`[${text ?? ''}]`) as number[]
  const [seqs, numbers] = [list(row?.seqs), list(row?.numbers)]
  const values = new Map<string, Map<number, number>>()
  for (const [i, name] of (JSON.parse(row?.names ?? '[]') as string[]).entries()) {
    const of = values.get(name) ?? new Map<number, number>()
    values.set(name, of.set(seqs[i] as number, numbers[i] as number))
  }
  return values
}

function compared(name: string, sides: Side[], values: Map<number, number>): ComparedMetric {
  const { unit, better } = metricInfo(name)
  const first = sides[0] && values.get(sides[0].seq)
  const each = <T>(of: (value: number | undefined) => T) =>
    Object.fromEntries(sides.map(({ id, seq }) => [id, of(values.get(seq))]))
  return {
    name,
    unit,
    better,
    values: each((value) => value ?? null),
    delta_pct: each((value) => deltaPct(first, value)),
    best: better && bestOf(sides, values, better),
  }
}

function deltaPct(first: number | undefined, value: number | undefined): number | null {
  if (first === undefined || value === undefined) return null
  if (first === value) return 0
  const delta = ((value - first) / Math.abs(first)) * 100
  return Number.isFinite(delta) ? delta : null
}

/** The id of the first result with the best value; null when all values are equal. */
function bestOf(sides: Side[], values: Map<number, number>, better: 'higher' | 'lower'): string | null {
  const all = [...values.values()]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const best = better === 'higher' ? high : low
  return low === high ? null : (sides.find(({ seq }) => values.get(seq) === best)?.id ?? null)
}

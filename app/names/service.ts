import { joined, query, raw, type Sql, sql } from '../../db/sql.ts'
import { nearest } from '../../lib/nearest.ts'
import type { Deps } from '../deps.ts'
import { shownName } from '../shown-name.ts'
import { type Kind, MOST_NAMES, type Names, type NamesQuery } from './schema.ts'

/** Kinds that are values of a column of results, each with an index. */
const COLUMNS = { model: 'model', engine: 'engine', suite: 'suite_name' } as const

/** Where a kind's ids stand. `shown` is said beside an id; `named`: people may also ask by it. */
type Place = { table: string; id: string; shown: string; named: boolean; newest: string }

const PLACES: Readonly<Record<Exclude<Kind, keyof typeof COLUMNS>, Place>> = {
  agent: { table: 'agents', id: 'id', shown: 'name', named: true, newest: 'name' },
  quicktest: {
    table: 'quick_tests',
    id: 'id',
    shown: 'model_path',
    named: false,
    newest: 'created_at DESC',
  },
  campaign: { table: 'campaigns', id: 'id', shown: 'name', named: true, newest: 'created_at DESC' },
  result: { table: 'runs', id: 'id', shown: 'model', named: false, newest: 'seq DESC' },
  setup: { table: 'setups', id: 'id', shown: 'label', named: false, newest: 'last_at DESC' },
  alert: { table: 'alerts', id: 'id', shown: 'metric', named: false, newest: 'created_at DESC' },
  schedule: { table: 'schedules', id: 'id', shown: 'name', named: true, newest: 'name' },
  profile: { table: 'engine_profiles', id: 'id', shown: 'name', named: true, newest: 'name' },
  baseline: { table: 'baselines', id: 'name', shown: 'name', named: false, newest: 'name' },
}

type Row = { id: string; name: string }

/** What an id, its beginning or a name may mean, the best first. */
export async function findNames({ db }: Deps, { kind, q }: NamesQuery): Promise<Names> {
  const find = (asked: string, limit: number) => query<Row>(db.read, search(kind, asked, limit))
  // One more than is told shows whether there are more.
  const rows = await find(q, MOST_NAMES + 1)
  const found = [...new Map(rows.map((row) => [row.id, row])).values()]
  if (found.length === 0 && q !== '') {
    const all = (await find('', COMPARED)).map(({ name }) => name)
    return { items: [], more: false, near: nearest(q, all) ?? null }
  }
  const rank = ({ id, name }: Row) => (id === q ? 0 : name === q ? 1 : id.startsWith(q) ? 2 : 3)
  if (q !== '') found.sort((a, b) => rank(a) - rank(b))
  const items = found.slice(0, MOST_NAMES).map(({ id, name }) => ({ id, name: shownName(name) }))
  return { items, more: found.length > MOST_NAMES, near: null }
}

/** The most names among which the nearest is looked for. */
const COMPARED = 500

function search(kind: Kind, q: string, limit: number): Sql {
  if (kind === 'model' || kind === 'engine' || kind === 'suite') return values(COLUMNS[kind], q, limit)
  const place = PLACES[kind]
  if (q === '') return sql`${rowsOf(place)} ORDER BY ${raw(place.newest)} LIMIT ${limit}`
  return fitting(place, q, limit)
}

/** The different values of a column, one seek of its index each: there are far fewer than results. */
const values = (column: string, q: string, limit: number): Sql => sql`
  WITH RECURSIVE known(value) AS (
    SELECT min(${raw(column)}) FROM runs WHERE ${raw(column)} >= ${q} AND ${raw(column)} < ${end(q)}
    UNION ALL
    SELECT (SELECT min(${raw(column)}) FROM runs WHERE ${raw(column)} > known.value AND ${raw(column)} < ${end(q)})
    FROM known WHERE known.value IS NOT NULL
  )
  SELECT value AS id, value AS name FROM known WHERE value IS NOT NULL LIMIT ${limit}`

const end = (q: string) => `${q}\u{10ffff}`

const rowsOf = ({ table, id, shown }: Place) => raw(`SELECT ${id} AS id, ${shown} AS name FROM ${table}`)

/** By the beginning of an id and, where there is one, of a name. Tables with very many rows have no names. */
function fitting(place: Place, q: string, limit: number): Sql {
  const begins = (column: string) =>
    sql`SELECT * FROM (${rowsOf(place)} WHERE ${raw(column)} >= ${q} AND ${raw(column)} < ${end(q)}
      ORDER BY ${raw(column)} LIMIT ${limit})`
  return joined([begins(place.id), ...(place.named ? [begins(place.shown)] : [])], ' UNION ')
}

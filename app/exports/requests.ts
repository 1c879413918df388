import { query, raw, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { asBytes, type Bytes } from '../results/bytes.ts'
import { LARGE_DOCUMENT, workHere } from '../results/documents.ts'
import { REQUEST_FIELDS, type RequestRow } from '../results/request-rows.ts'
import { readWhole } from '../results/slices.ts'
import { oneByOne } from '../turns.ts'
import type { Column } from './columns.ts'
import { type Chosen, groupsOf, type Sized } from './source.ts'

/** A request with the result that keeps it. */
type Row = RequestRow & {
  id: string
  model: string
  engine: string
  timestamp: number
  agent_id: string | null
}

const about = (name: 'model' | 'engine' | 'agent_id' | 'benchmark'): Column<Row> => ({
  name,
  type: 'text',
  of: (row) => row[name],
})

/** The columns of a request. */
export const REQUEST_COLUMNS: readonly Column<Row>[] = [
  { name: 'result_id', type: 'text', of: ({ id }) => id },
  { name: 'timestamp', type: 'time', of: ({ timestamp }) => timestamp },
  ...[about('model'), about('engine'), about('agent_id'), about('benchmark')],
  { name: 'run_number', type: 'number', of: ({ run_number }) => run_number },
  ...REQUEST_FIELDS.map(({ name, type }): Column<Row> => ({ name, type, of: (row) => row[name] })),
]

type Reads = Pick<Deps, 'db' | 'sha256' | 'workOnLarge'>

/** The requests that the chosen results keep, oldest result first. */
export async function* requestsOf(deps: Reads, chosen: Chosen): AsyncGenerator<Row[]> {
  for await (const group of groupsOf(deps.db, chosen, raw('raw_json'))) {
    yield await oneByOne(() => readGroup(deps, group))
  }
}

type Stored = {
  id: string
  model: string
  engine: string
  timestamp: number
  agent_id: string | null
  /** Null where it was read by itself. */
  body: Bytes | null
}

async function readGroup({ db, sha256, workOnLarge }: Reads, group: Sized[]): Promise<Row[]> {
  const [first] = group
  // A large document is alone in its group.
  const isLarge = first !== undefined && first.bytes > LARGE_DOCUMENT
  const large = isLarge ? await readWhole(db.read, first.seq, raw('raw_json')) : undefined
  const requests = large && (await workOnLarge('requests', large))
  // A document that is whole in its list item keeps no requests.
  const stored = await query<Stored>(
    db.read,
    sql`SELECT id, model, engine, timestamp, agent_id, ${raw(isLarge ? 'NULL' : 'CAST(raw_json AS BLOB)')} AS body
      FROM runs JOIN documents ON run_seq = seq
      WHERE seq IN (SELECT value FROM json_each(${JSON.stringify(group.map(({ seq }) => seq))}))
        AND raw_json IS NOT NULL ORDER BY timestamp, seq`,
  )
  return stored.flatMap(({ body, ...run }) => {
    const found = body ? workHere('requests', asBytes(body), sha256) : (requests ?? [])
    return found.map((request) => ({ ...run, ...request }))
  })
}

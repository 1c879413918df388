import { query, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../errors.ts'
import { getResult } from '../results/service.ts'
import { oneByOne } from '../turns.ts'
import { type Chosen, groupsOf, type Sized } from './source.ts'

type Reads = Pick<Deps, 'db' | 'workOnLarge' | 'sha256'>
type Format = 'json' | 'jsonl'

/**
 * The chosen results as they are stored, with KITT's own fields: an array, or one a line.
 * @param whole with the outputs of their benchmarks
 */
export async function* documentsAsText(
  deps: Reads,
  format: Format,
  chosen: Chosen,
  whole: boolean,
): AsyncGenerator<string> {
  let first = true
  for await (const group of groupsOf(deps.db, chosen)) {
    const texts = whole ? wholeTexts(deps, group) : [await oneByOne(() => listed(deps, group))].flat()
    for await (const text of texts) {
      yield format === 'json' ? `${first ? '[\n' : ',\n'}${text}` : `${onOneLine(text)}\n`
      first = false
    }
  }
  if (format === 'json') yield first ? '[]\n' : '\n]\n'
}

const idsOf = (group: readonly Sized[]) => JSON.stringify(group.map(({ seq }) => seq))

async function listed({ db }: Reads, group: Sized[]): Promise<string[]> {
  const rows = await query<{ text: string }>(
    db.read,
    sql`SELECT head || tail AS text FROM runs JOIN documents ON run_seq = seq
      WHERE seq IN (SELECT value FROM json_each(${idsOf(group)})) ORDER BY timestamp, seq`,
  )
  return rows.map(({ text }) => text)
}

async function* wholeTexts(deps: Reads, group: Sized[]): AsyncGenerator<string> {
  const rows = await query<{ id: string }>(
    deps.db.read,
    sql`SELECT id FROM runs WHERE seq IN (SELECT value FROM json_each(${idsOf(group)})) ORDER BY timestamp, seq`,
  )
  for (const { id } of rows) {
    const pieces = await getResult(deps, id, oneByOne).catch(notGone)
    if (pieces) yield (await new Blob(pieces).text()).trim()
  }
}

/** A result that was deleted meanwhile is left out. */
function notGone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error
}

/** A JSON string contains no raw line break: line breaks and the indentation after them are layout. */
const onOneLine = (text: string) => text.replace(/[\r\n]+[ \t]*/g, '')

import { query, sql } from '../../db/sql.ts'
import type { WriteTx } from '../../db/writer.ts'
import type { Deps } from '../deps.ts'
import { BadRequest, NotFound } from '../errors.ts'
import { nextTurn } from '../turns.ts'
import type { NotedResult, ResultChange, Tagged, TagRequest, TagsInUse } from './annotation-schema.ts'
import { resultNoted } from './events.ts'
import { type Annotation, annotatedTail, annotationIn, cleanTags } from './split-document.ts'

type Row = { id: string; seq: number; tail: string; test: string | null; campaign: string | null }

/** Changes the notes or the tags of a result. @throws NotFound */
export function annotateResult(
  deps: Pick<Deps, 'write' | 'clock'>,
  id: string,
  change: ResultChange,
): Promise<NotedResult> {
  return deps.write(async (tx) => {
    const [row] = await rowsOf(tx, [id])
    if (!row) throw new NotFound('There is no such result.')
    const before = annotationIn(row.tail)
    const next = { notes: change.notes ?? before.notes, tags: cleanTags(change.tags ?? before.tags) }
    await annotate(tx, row, next, deps.clock.now())
    return { id, ...next }
  })
}

/** Results changed in one transaction: a few milliseconds. */
const AT_ONCE = 50
/** The most tags of a result. */
const TAGS_MAX = 50

/** Gives tags to results and takes some from them. @throws BadRequest where a result would have too many */
export async function tagResults(
  deps: Pick<Deps, 'write' | 'clock'>,
  { ids, add, remove }: TagRequest,
): Promise<Tagged> {
  const wanted = [...new Set(ids)]
  const found = new Set<string>()
  let changed = 0
  for (let i = 0; i < wanted.length; i += AT_ONCE) {
    const some = wanted.slice(i, i + AT_ONCE)
    const done = await deps.write(async (tx) => {
      const rows = await rowsOf(tx, some)
      const different: Row[] = []
      for (const row of rows) {
        const before = annotationIn(row.tail)
        const tags = cleanTags([...before.tags.filter((tag) => !remove.includes(tag)), ...add])
        if (tags.length > TAGS_MAX)
          throw new BadRequest(
            `The result ${row.id} would have ${tags.length} tags; a result has at most ${TAGS_MAX}. Take some from it first.`,
          )
        if (tags.join('\n') === before.tags.join('\n')) continue
        await annotate(tx, row, { ...before, tags }, deps.clock.now())
        different.push(row)
      }
      return { rows, different }
    })
    for (const { id } of done.rows) found.add(id)
    changed += done.different.length
    await nextTurn()
  }
  return { changed, missing: wanted.filter((id) => !found.has(id)) }
}

/** The tags in use, the most used first. */
export async function tagsInUse({ db }: Pick<Deps, 'db'>): Promise<TagsInUse> {
  const tags = await query<TagsInUse['tags'][number]>(
    db.read,
    sql`SELECT tag, count(*) AS results FROM result_tags GROUP BY tag ORDER BY results DESC, tag LIMIT 500`,
  )
  return { tags }
}

const rowsOf = (tx: WriteTx, ids: readonly string[]) =>
  query<Row>(
    tx.orm,
    sql`SELECT runs.id AS id, runs.seq AS seq, documents.tail AS tail, runs.quick_test_id AS test,
        runs.campaign_id AS campaign
      FROM json_each(${JSON.stringify(ids)}) AS asked JOIN runs ON runs.id = asked.value
        JOIN documents ON documents.run_seq = runs.seq`,
  )

const REPLACE_TAIL = 'UPDATE documents SET tail = ? WHERE run_seq = ?'
const UNTAG = 'DELETE FROM result_tags WHERE run_seq = ?'
const TAG = 'INSERT INTO result_tags (tag, run_seq) SELECT value, ? FROM json_each(?)'

async function annotate(tx: WriteTx, { id, seq, tail, test, campaign }: Row, next: Annotation, at: number) {
  await tx.execute(REPLACE_TAIL, [annotatedTail(tail, next), seq])
  await tx.execute(UNTAG, [seq])
  await tx.execute(TAG, [seq, JSON.stringify(next.tags)])
  tx.emit(resultNoted.row({ result_id: id }, { source_id: id, parent_id: campaign ?? test, at }))
}

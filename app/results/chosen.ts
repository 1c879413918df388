import { query, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import { NotFound, WrongState } from '../errors.ts'
import { nextTurn } from '../turns.ts'
import type { DeleteRequest, ResultIds, SomeDeleted } from './annotation-schema.ts'
import { conditionOf, resolveFilter } from './filter.ts'
import type { ResultFilter } from './schema.ts'
import { removeResult } from './service.ts'

/** The most ids in one answer: about 200 KB. */
const MOST = 10_000

/** The ids of the results that match a filter, newest first, for what is done to all of them. */
export async function idsOf({ db }: Pick<Deps, 'db'>, asked: ResultFilter): Promise<ResultIds> {
  const matching = conditionOf(await resolveFilter({ db }, asked), 'lead')
  const [row] = await query<{ total: number; ids: string }>(
    db.read,
    sql`SELECT (SELECT count(*) FROM runs WHERE ${matching}) AS total,
      (SELECT json_group_array(id) FROM (SELECT id FROM runs WHERE ${matching}
        ORDER BY timestamp DESC, seq DESC LIMIT ${MOST})) AS ids`,
  )
  return { ids: JSON.parse(row?.ids ?? '[]'), total: row?.total ?? 0 }
}

/** Results deleted in one transaction: a few milliseconds. */
const AT_ONCE = 20

/** Deletes results; one that a baseline names stays, and one that is not there counts as nothing. */
export async function deleteResults(
  deps: Pick<Deps, 'write' | 'clock'>,
  { ids }: DeleteRequest,
): Promise<SomeDeleted> {
  const wanted = [...new Set(ids)]
  let deleted = 0
  const kept: SomeDeleted['kept'] = []
  for (let i = 0; i < wanted.length; i += AT_ONCE) {
    const done = await deps.write(async (tx) => {
      const outcomes: (SomeDeleted['kept'][number] | 'deleted' | 'missing')[] = []
      for (const id of wanted.slice(i, i + AT_ONCE)) {
        try {
          await removeResult(tx, id, deps.clock.now())
          outcomes.push('deleted')
        } catch (error) {
          if (error instanceof NotFound) outcomes.push('missing')
          else if (error instanceof WrongState) outcomes.push({ id, reason: error.message })
          else throw error
        }
      }
      return outcomes
    })
    deleted += done.filter((one) => one === 'deleted').length
    kept.push(...done.filter((one) => typeof one === 'object'))
    await nextTurn()
  }
  return { deleted, kept }
}

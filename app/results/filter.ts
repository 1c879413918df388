import { runs } from '../../db/schema.ts'
import { joined, query, type Sql, sql } from '../../db/sql.ts'
import type { Deps } from '../deps.ts'
import type { ResultFilter } from './schema.ts'

/** A filter with `q` resolved to the models that match it, if they are few. */
export type ResolvedFilter = Omit<ResultFilter, 'q'> & { models?: string[]; like?: string }

/** Usually from the most to the least selective; the first one in a filter leads. */
const EQUAL = ['campaign_id', 'model', 'agent_id', 'suite_name', 'engine', 'passed', 'simulated'] as const

const FEW_MODELS = 100

/** Finds the models that contain `q`. They are far fewer than results: the index gives each with one seek. */
export async function resolveFilter(
  { db }: Pick<Deps, 'db'>,
  { q, ...filter }: ResultFilter,
): Promise<ResolvedFilter> {
  if (q === undefined) return filter
  const like = `%${q.replace(/[\\%_]/g, (ch) => `\\${ch}`)}%`
  if (filter.model !== undefined) return { ...filter, like }
  const rows = await query<{ model: string }>(
    db.read,
    sql`
    WITH RECURSIVE known(model) AS (
      SELECT min(model) FROM runs
      UNION ALL
      SELECT (SELECT min(model) FROM runs WHERE model > known.model) FROM known WHERE known.model IS NOT NULL
    )
    SELECT model FROM known WHERE model LIKE ${like} ESCAPE '\\' LIMIT ${FEW_MODELS + 1}`,
  )
  const models = rows.map(({ model }) => model)
  const [only] = models
  if (models.length === 1 && only !== undefined) return { ...filter, model: only }
  return models.length > FEW_MODELS ? { ...filter, like } : { ...filter, models }
}

/** Whether a filter matches every result. */
export const isEverything = (filter: ResolvedFilter): boolean =>
  Object.values(filter).every((value) => value === undefined)

/** The condition that may choose the index: `lead` is the most selective one, `none` is no condition. */
export type Indexed = 'lead' | 'none'

/**
 * A filter as a condition on `runs`. The planner does not know how selective a column is, so all conditions
 * but the leading one are hidden from it (`+column`).
 */
export function conditionOf(filter: ResolvedFilter, indexed: Indexed): Sql {
  const { tag } = filter
  const equal = EQUAL.filter((key) => filter[key] !== undefined)
  const lead = indexed === 'none' ? undefined : tag !== undefined ? 'tag' : equal[0]
  const leads = (key: string) => key === lead || (lead === 'model' && key === 'engine')
  const column = (key: keyof typeof runs.$inferSelect, open: boolean) =>
    open ? sql`${runs[key]}` : sql`+${runs[key]}`
  const inOrder = indexed === 'lead'
  const ranged = inOrder && !filter.models && tag === undefined
  const { models, like, since, until } = filter
  const parts = equal.map((key) => sql`${column(key, leads(key))} = ${bound(filter[key])}`)
  const tagged = sql`(SELECT run_seq FROM result_tags WHERE tag = ${tag ?? null})`
  if (tag !== undefined) parts.push(sql`${column('seq', lead === 'tag')} IN ${tagged}`)
  if (models) parts.push(sql`${column('model', inOrder && !lead)} IN ${models}`)
  if (like !== undefined) parts.push(sql`+${runs.model} LIKE ${like} ESCAPE '\\'`)
  if (since !== undefined) parts.push(sql`${column('timestamp', ranged)} >= ${since}`)
  if (until !== undefined) parts.push(sql`${column('timestamp', ranged)} < ${until}`)
  return parts.length > 0 ? joined(parts, ' AND ') : sql`true`
}

const bound = (value: string | boolean | undefined) =>
  typeof value === 'boolean' ? Number(value) : (value ?? null)

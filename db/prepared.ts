import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Orm } from './database.ts'

/**
 * Caches statements for each database: building one takes several times as long as running it.
 * @example
 * const byName = prepared((orm) =>
 *   statement((given: Given<{ name: string }>) =>
 *     orm.select().from(agents).where(eq(agents.name, given('name')))),
 * )
 * const [agent] = await byName(tx.orm).execute({ name })
 */
export function prepared<T>(build: (orm: Orm) => T): (orm: Orm) => T {
  const known = new WeakMap<Orm, T>()
  return (orm) => {
    const statement = known.get(orm) ?? build(orm)
    known.set(orm, statement)
    return statement
  }
}

/** A named value, set when the statement runs; also for `limit` or `offset`. Not converted. */
export type Given<Values> = (name: keyof Values & string) => SQL & Placeholder

export const given = (name: string) => sql`${sql.placeholder(name)}` as SQL & Placeholder

/** A prepared statement with typed values. */
export type Statement<Prepared, Values> = {
  [Way in keyof Prepared & ('execute' | 'run')]: Prepared[Way] extends (...values: never[]) => infer Result
    ? (values: Values) => Result
    : never
}

/** Prepares a statement with named, typed values. */
export const statement = <Values, Query extends { prepare(): unknown }>(
  build: (given: Given<Values>) => Query,
): Statement<ReturnType<Query['prepare']>, Values> => build(given).prepare() as never

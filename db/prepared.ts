import { type SQL, sql } from 'drizzle-orm'
import type { Orm } from './database.ts'

/**
 * What is built once for each database, statements above all: building one takes several times as long as running it.
 * @example
 * const byName = prepared((orm) =>
 *   statement((given: Given<{ name: string }>) => orm.select().from(agents).where(eq(agents.name, given('name')))),
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

/** Stands in a statement for the value of this name, which goes in as it is, null included. */
export type Given<Values> = (name: keyof Values & string) => SQL

/** A statement that is executed with its values: without one of them, or with another, it does not compile. */
export type Statement<Prepared, Values> = {
  [Way in keyof Prepared & ('execute' | 'run')]: Prepared[Way] extends (...values: never[]) => infer Result
    ? (values: Values) => Result
    : never
}

/** Prepares a statement whose values have names and types. */
export const statement = <Values, Query extends { prepare(): unknown }>(
  build: (given: Given<Values>) => Query,
): Statement<ReturnType<Query['prepare']>, Values> => build(given).prepare() as never

/** A value given when a prepared statement is executed, of any type. */
export const given = (name: string): SQL => sql`${sql.placeholder(name)}`

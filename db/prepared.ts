import { type SQL, sql } from 'drizzle-orm'
import type { Orm } from './database.ts'

/**
 * A statement that is built once for each database: building one takes several times as long as running it.
 * @example
 * const byName = prepared((orm) => orm.select().from(agents).where(eq(agents.name, given('name'))).prepare())
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

/** A value given when a prepared statement is executed; goes in as it is, null included. */
export const given = (name: string): SQL => sql`${sql.placeholder(name)}`

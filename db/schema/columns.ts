import { integer, text } from 'drizzle-orm/sqlite-core'

/** A boolean, stored as 0 or 1. */
export const flag = (name: string) => integer(name, { mode: 'boolean' })

/** A value of type T, stored as JSON. */
export const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()
/** A list of words as SQL text: SQLite uses a partial index only for conditions without parameters. */
export const literals = (words: readonly string[]): string =>
  `(${words.map((word) => `'${word}'`).join(', ')})`

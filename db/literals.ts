/** Words as a list written out in SQL: SQLite serves a query from a partial index only where no parameter stands in its place. */
export const literals = (words: readonly string[]): string =>
  `(${words.map((word) => `'${word}'`).join(', ')})`

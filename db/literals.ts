/** A list of words as SQL text: SQLite uses a partial index only for conditions without parameters. */
export const literals = (words: readonly string[]): string =>
  `(${words.map((word) => `'${word}'`).join(', ')})`

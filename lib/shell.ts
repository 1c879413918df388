/** A value as one word of a POSIX shell. */
export const shellQuote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`

/** The same, without quotes where it needs none. */
export const shellWord = (value: string): string => (/^[\w./-]+$/.test(value) ? value : shellQuote(value))

/** Quotes a value as one POSIX shell word. */
export const shellQuote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`

/** Quotes a value only where it needs quotes. */
export const shellWord = (value: string): string =>
  /^[\w./:=@%+,-]+$/.test(value) ? value : shellQuote(value)

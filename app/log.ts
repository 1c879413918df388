/** A structured log, with pino's signature. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>

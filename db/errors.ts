import { LibsqlError } from '@libsql/client'

/** The database is busy, full or out of reach; a later try may succeed. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
}

/** The database must not be used: damaged, not KITT's, or written by a newer version. */
export class DatabaseRefused extends Error {
  override name = 'DatabaseRefused'
}

/** The libSQL error behind a Drizzle error, if any. */
export function libsqlError(error: unknown): LibsqlError | undefined {
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof LibsqlError) return e
  return undefined
}

const code = (error: unknown) => {
  const e = libsqlError(error)
  return e ? `${e.code} ${e.extendedCode ?? ''} ${e.message}` : ''
}

/** Another connection holds the lock; reopen the connection before the next try. */
export const isBusy = (error: unknown) => /SQLITE_(BUSY|LOCKED)|statements in progress/.test(code(error))

/** A unique index or foreign key was violated. */
export const isConstraint = (error: unknown) => /SQLITE_CONSTRAINT/.test(code(error))

/** Disk full, I/O error, closed connection, or no answer from a remote server. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable ||
  isBusy(error) ||
  /SQLITE_(FULL|IOERR|READONLY|CANTOPEN)|CLIENT_CLOSED|SERVER_ERROR|HRANA|STREAM_(EXPIRED|NOT_FOUND)|TRANSACTION_CLOSED/.test(
    code(error),
  ) ||
  (error instanceof Error &&
    /fetch failed|ECONNREFUSED|ECONNRESET|TimeoutError|due to timeout/.test(
      `${error.message} ${String(error.cause ?? '')}`,
    ))

import { LibsqlError } from '@libsql/core/api'

/** The database is busy, full or out of reach; a later try may succeed. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
}

/** The database must not be used: damaged, not KITT's, or written by a newer version. */
export class DatabaseRefused extends Error {
  override name = 'DatabaseRefused'
}

/** The connection broke before a commit: nothing was written, and another try is safe. */
export class NotCommitted extends Error {
  override name = 'NotCommitted'
}

/** The first error of a class in a chain of causes: Drizzle and the driver wrap what they catch. */
function within<T extends Error>(error: unknown, kind: new (...given: never[]) => T): T | undefined {
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof kind) return e
  return undefined
}

/** The libSQL error behind another, if any. */
export const libsqlError = (error: unknown): LibsqlError | undefined => within(error, LibsqlError)

const code = (error: unknown) => {
  const e = libsqlError(error)
  return e ? `${e.code} ${e.extendedCode ?? ''} ${e.message}` : ''
}

/** Another connection holds the lock; reopen the connection before the next try. */
export const isBusy = (error: unknown) => /SQLITE_(BUSY|LOCKED)|statements in progress/.test(code(error))

/** The connection broke before an answer: what was sent may or may not have run. */
export const isBroken = (error: unknown) => /HRANA_(CLOSED|WEBSOCKET)_ERROR/.test(code(error))

/** A unique index or foreign key was violated. */
export const isConstraint = (error: unknown) => /SQLITE_CONSTRAINT/.test(code(error))

/** A value or row is larger than the database takes: a libSQL server takes a few megabytes. */
export const isTooLarge = (error: unknown) => /SQLITE_TOOBIG|string or blob too big/.test(code(error))

/** Disk full, I/O error, closed connection, or no answer from a remote server. */
export const isUnavailable = (error: unknown): boolean =>
  within(error, DatabaseUnavailable) !== undefined ||
  isBusy(error) ||
  /SQLITE_(FULL|IOERR|READONLY|CANTOPEN)|CLIENT_CLOSED|SERVER_ERROR|HRANA|STREAM_(EXPIRED|NOT_FOUND)|TRANSACTION_(CLOSED|TIMEOUT|BUSY)/.test(
    code(error),
  )

import { expect } from 'vitest'
import { DatabaseRefused } from '../../db/errors.ts'
import { openDatabase } from '../../db/open.ts'

/** The one sentence with which a file is refused as a database. */
export const refusal = async (path: string) => {
  const error = await openDatabase({ url: `file:${path}` }).then(
    (db) => {
      db.close()
      throw new Error('It was opened.')
    },
    (error: unknown) => error as Error,
  )
  expect(error).toBeInstanceOf(DatabaseRefused)
  expect(error.message.length).toBeLessThan(400)
  expect(error.message).not.toMatch(/\n|SQLITE|at .*\.ts/)
  return error.message
}

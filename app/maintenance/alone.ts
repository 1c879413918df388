import { isUnavailable } from '../../db/errors.ts'
import type { Deps } from '../deps.ts'

/**
 * Does the work for one of many. What fails for a reason of its own is logged, so that the others go on.
 * @param message says what became of it @param about which one it is
 * @returns undefined if it failed
 * @throws if the database is out of reach, since it is so for all
 */
export async function alone<T>(
  { log }: Pick<Deps, 'log'>,
  message: string,
  about: Record<string, unknown>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isUnavailable(error)) throw error
    log.warn({ ...about, error: String(error) }, message)
    return undefined
  }
}

import { ApiError } from '../../../app/client/client.ts'

/** What went wrong, in a sentence or two, for the person who asked. */
export function problemText(error: unknown): string {
  if (error instanceof ApiError) {
    const details = error.details?.map(({ path, message }) => `${path}: ${message}`).join('; ')
    return details ? `${error.message} ${details}` : error.message
  }
  if (error instanceof TypeError) return 'The server does not answer. Is it running, and reachable from here?'
  return error instanceof Error ? error.message : String(error)
}

/** Whether it went wrong for want of a (good) token. */
export const needsSignIn = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 401 || error.status === 403)

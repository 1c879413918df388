import { ApiError } from '../../../app/client/client.ts'

/** An error as text for the user. */
export function problemText(error: unknown): string {
  if (error instanceof ApiError) {
    const details = error.details?.map(({ path, message }) => `${path}: ${message}`).join('; ')
    return details ? `${error.message} ${details}` : error.message
  }
  if (error instanceof TypeError)
    return 'The server does not respond. Check that it is running and reachable from here.'
  return error instanceof Error ? error.message : String(error)
}

/** Whether the error is a missing or invalid token. */
export const needsSignIn = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 401 || error.status === 403)

import { CommanderError } from 'commander'
import { ApiError } from '../../app/client/client.ts'
import { ConfigError } from '../../app/config.ts'
import { say, UsageError } from './output.ts'

/** Says what went wrong in one line, and gives the exit code: 0 done, 1 failed, 2 used wrongly. */
export function reportFailure(error: unknown): 0 | 1 | 2 {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  say(`kitt: ${sentenceOf(error)}`)
  return error instanceof UsageError || error instanceof ConfigError ? 2 : 1
}

function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return apiSentence(error)
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0] || 'It failed for a reason that nobody named.'
}

function apiSentence(error: ApiError): string {
  if (error.status === 401)
    return 'This needs a token: give it with --token or KITT_TOKEN, or keep it with "kitt login".'
  const details = (error.details ?? [])
    .map(({ path, message }) => (path ? `${path}: ${message}` : message))
    .filter((detail) => !error.message.includes(detail))
  const wait = error.retryAfterS ? ` Try again in ${error.retryAfterS} s.` : ''
  return `${error.message}${details.length > 0 ? ` (${details.join('; ')})` : ''}${wait}`
}

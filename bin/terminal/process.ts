import { type Command, CommanderError, type Option } from 'commander'
import { ApiError } from '../../app/client/client.ts'
import { ConfigError } from '../../app/config.ts'
import { say, UsageError } from './output.ts'

/** Prints an error in one line. @returns the exit code: 0 done, 1 failed, 2 used wrongly */
export function reportFailure(error: unknown): 0 | 1 | 2 {
  // Commander has already printed it.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  say(`kitt: ${sentenceOf(error)}`)
  return error instanceof UsageError || error instanceof ConfigError ? 2 : 1
}

/**
 * What the server refuses because of an option that was given is a wrong use of the command, `--sort must be …`; any
 * other error stays as it is.
 */
export function blamingOption(error: unknown, command: Command | undefined): unknown {
  if (!(error instanceof ApiError) || error.status !== 400) return error
  const [, field = '', reason = ''] = /^([a-z_]+): (.+)$/s.exec(error.message) ?? []
  const option = command?.options.find((one) => fieldsOf(one).test(field))
  if (!option || command?.getOptionValueSource(option.attributeName()) !== 'cli') return error
  return new UsageError(`${option.long} ${reason}`)
}

/** The field of a request that an option is sent as, with its unit where it has one: `--jitter` as `jitter_s`. */
const fieldsOf = ({ long }: Option) =>
  new RegExp(`^${(long ?? '').slice('--'.length).replaceAll('-', '_')}(_s|_h|_at|_id)?$`)

/** An error in one line, with what to do. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return apiSentence(error)
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0] || 'The command failed without a message.'
}

function apiSentence(error: ApiError): string {
  if (error.status === 401)
    return 'This needs a token: give it with --token or KITT_TOKEN, or save it with "kitt login".'
  const details = error.details ?? []
  const said = asTyped(error.message.replace(/ \(and \d+ more\)$/, ''))
  const more = details
    .filter(({ message }) => !said.includes(asTyped(message)))
    .slice(0, 3)
    .map(({ path, message }) => asTyped(path ? `${path}: ${message}` : message).replace(/\.$/, ''))
  const rest = details.length - 1 - more.length
  const others = [...more, ...(more.length > 0 && rest > 0 ? [`and ${rest} more`] : [])]
  const wait = error.retryAfterS ? ` Try again in ${error.retryAfterS} s.` : ''
  return `${said}${others.length > 0 ? ` (${others.join('; ')})` : ''}${wait}`
}

/** A sentence about a field as it stands in a file: not within the body that was sent. What a body sets, an option gives. */
const asTyped = (text: string) =>
  text.replace(/^(campaign\.)?config\.(?=\w)/, '').replace(/\bSet force to /, 'Give --force to ')

export type StopSignal = 'SIGINT' | 'SIGTERM'

/** Resolves with the name at SIGINT or SIGTERM; a second one ends the process at once. */
export async function stopSignal(): Promise<StopSignal> {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const first = await new Promise<StopSignal>((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(signal))
  })
  for (const signal of signals) process.on(signal, () => process.exit(1))
  return first
}

/**
 * Keeps the process running after an uncaught exception: an error in the callback of one connection must not end the
 * others.
 * @param report is called with the error; what it throws is ignored
 */
export function surviveExceptions(report: (error: Error) => void): void {
  const onError = (thrown: unknown) => {
    // The log's reader is gone: reporting that would fail in the same way.
    if ((thrown as NodeJS.ErrnoException | undefined)?.code === 'EPIPE') return
    try {
      report(thrown instanceof Error ? thrown : new Error(String(thrown)))
    } catch {
      // A failed report must not end the process either.
    }
  }
  process.on('uncaughtException', onError)
  process.on('unhandledRejection', onError)
}

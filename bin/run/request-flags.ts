import { type Command, InvalidArgumentError } from 'commander'
import { headerProblem, keyProblem } from '../../lib/header-rules.ts'
import { several, wholeNumber } from '../terminal/command.ts'
import { UsageError } from '../terminal/output.ts'

const KEY_VARIABLE = 'KITT_API_KEY'

/** Adds the flags for headers and fields of every request. */
export const addRequestFlags = (command: Command): Command =>
  command
    .option(
      '--api-key-env <name>',
      `the variable with the engine's API key, sent as a bearer token (${KEY_VARIABLE})`,
    )
    .option('--header <header>', 'a header of every request, "Name: value"; may be repeated', header)
    .option('--max-tokens-field <name>', 'the field for the length of the response (max_tokens)')
    .option('--omit <field>', 'a field to leave out of every request; may be repeated', several)
    .option('--workers <n>', 'threads that send the requests: a number, or auto (default)', workers)

/**
 * The engine's API key, from the named variable or from KITT_API_KEY; undefined if that is not set.
 * @throws UsageError if the named variable is not set or the key is invalid; the message does not contain the key
 */
export function engineKey(named: string | undefined, env = process.env): string | undefined {
  const name = named ?? KEY_VARIABLE
  const key = env[name] || undefined
  if (key === undefined && named !== undefined)
    throw new UsageError(`--api-key-env: The variable ${name} is not set.`)
  const problem = key && keyProblem(key)
  if (problem) throw new UsageError(`The key in ${name} ${problem}`)
  return key
}

function header(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf(':')
  if (at < 1) throw new InvalidArgumentError('It must be "Name: value".')
  const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
  const problem = headerProblem(name, value)
  if (problem) throw new InvalidArgumentError(problem)
  if (Object.keys(before).some((known) => known.toLowerCase() === name.toLowerCase()))
    throw new InvalidArgumentError(`The header ${name} is given twice.`)
  return { ...before, [name]: value }
}

const workers = (text: string): number | 'auto' => (text === 'auto' ? text : wholeNumber(text))

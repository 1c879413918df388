import { Command, InvalidArgumentError } from 'commander'
import { didYouMean } from '../../lib/nearest.ts'

/** A command with examples in its help. */
export const command = (name: string, description: string, examples: string[]): Command =>
  new Command(name).description(description).addHelpText('after', examplesText(examples))

/** A command that uses a server: it takes --server, --token and --json. */
export const clientCommand = (name: string, description: string, examples: string[]): Command =>
  command(name, description, examples)
    .option(
      '--server <url>',
      'the server (KITT_SERVER); default: that of "kitt login", else that of this machine',
    )
    .option('--token <token>', 'a token of it (KITT_TOKEN)')
    .option('--json', 'print JSON')

const examplesText = (examples: string[]) => `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`

/** For options that may be given several times. */
export const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]

/** An option with a few possible values; another one is refused with the nearest. */
export const oneOf =
  (values: readonly string[]) =>
  (text: string): string => {
    if (values.includes(text)) return text
    throw new InvalidArgumentError(`${didYouMean(text, values)}Possible: ${values.join(', ')}.`)
  }

/** An option that is a whole number from 1. */
export function wholeNumber(text: string): number {
  const n = Number(text)
  if (!/^\d{1,9}$/.test(text) || n < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return n
}

/** An option that is a number from 0, such as milliseconds. */
export function amount(text: string): number {
  const n = Number(text)
  if (!/^\d{1,9}(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number from 0.')
  return n
}

export const ALLOW_BINARIES =
  "comma-separated programs and folders that profiles may name as binary or directory (KITT_ALLOW_BINARIES); default: only the engines' usual programs"

/** An option that is a list of absolute paths, separated by commas. */
export function paths(text: string): string[] {
  const all = text.split(',').map((path) => path.trim())
  if (!all.every((path) => path.startsWith('/')))
    throw new InvalidArgumentError('It must be absolute paths, separated by commas.')
  return all
}

export function portNumber(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65535)
    throw new InvalidArgumentError('It must be from 1 to 65535.')
  return port
}

/** A repeatable `key=value` option; a value that is valid JSON is parsed, any other is text. */
export function keyValue(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be key=value.')
  return { ...before, [text.slice(0, at)]: jsonOrText(text.slice(at + 1)) }
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

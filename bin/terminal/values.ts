import { InvalidArgumentError } from 'commander'

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
  "programs and folders, with commas, that the server's profiles may name as binary or directory (KITT_ALLOW_BINARIES); by default the engines' usual programs alone"

/** Absolute paths with commas between them. */
export function paths(text: string): string[] {
  const all = text.split(',').map((path) => path.trim())
  if (!all.every((path) => path.startsWith('/')))
    throw new InvalidArgumentError('It must be absolute paths with commas between them.')
  return all
}

export function portNumber(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65535)
    throw new InvalidArgumentError('It must be from 1 to 65535.')
  return port
}

/** `key=value` pairs, given several times; what is JSON is taken as that, the rest as text. */
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

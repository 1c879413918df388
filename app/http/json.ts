import { BadRequest } from '../errors.ts'

/** What nests deeper than this is no description of anything, and would exhaust the stack of whoever walks it. */
const MAX_DEPTH = 200
const QUOTE = 34
const BACKSLASH = 92

/** A JSON object from its text. @throws BadRequest */
export function parseObject(text: string): Record<string, unknown> {
  if (nestsTooDeep(text)) throw new BadRequest(`The body nests deeper than ${MAX_DEPTH} levels.`)
  const value = parse(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadRequest('The body must be a JSON object.')
  return value as Record<string, unknown>
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadRequest('The body is not valid JSON.')
  }
}

function nestsTooDeep(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH) return true
    } else if (code === 125 || code === 93) depth--
  }
  return false
}

/** The index of the quote that ends the string begun at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}

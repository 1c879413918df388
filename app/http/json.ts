import { BadRequest } from '../errors.ts'

/** What nests deeper than this is no description of anything, and would exhaust the stack of whoever walks it. */
const MAX_DEPTH = 200
const QUOTE = 34
const BACKSLASH = 92
const COLON = 58

/**
 * A JSON object from its text.
 * @param maxKeys with more keys, of all objects in it together, parsing would hold up everybody else
 * @throws BadRequest
 */
export function parseObject(text: string, maxKeys: number): Record<string, unknown> {
  refuseExcess(text, maxKeys)
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

/** Looks before anything is parsed. */
function refuseExcess(text: string, maxKeys: number): void {
  let depth = 0
  let keys = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    else if (code === 123 || code === 91) {
      if (++depth > MAX_DEPTH) throw new BadRequest(`The body nests deeper than ${MAX_DEPTH} levels.`)
    } else if (code === 125 || code === 93) depth--
    else if (code === COLON && ++keys > maxKeys)
      throw new BadRequest(`The body has more than ${maxKeys} keys.`)
  }
}

/** The index of the quote that ends the string begun at `start`. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}

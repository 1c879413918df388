import { endOfString } from '../../lib/raw-members.ts'
import { BadRequest } from '../errors.ts'

/** Deeper JSON could overflow the stack of recursive code. */
const MAX_DEPTH = 200
const QUOTE = 34
const COLON = 58
const COMMA = 44
const [LIST, LIST_END, OBJECT, OBJECT_END] = [91, 93, 123, 125]

/** The text is not JSON. */
export class InvalidJson extends BadRequest {}

/** Limits on a body, so that it does not block the event loop. */
export type JsonLimits = {
  /** Members and elements of all objects and lists. */
  entries: number
  /** Members of one object. */
  keys: number
}

/** Fits a log chunk of 10,000 lines. */
export const SMALL: JsonLimits = { entries: 50_000, keys: 2000 }
/** Fits a result with 100,000 outputs and a long series. */
export const LARGE: JsonLimits = { entries: 400_000, keys: 5000 }

/** Parses a JSON object. @throws BadRequest */
export function parseObject(text: string, limits: JsonLimits): Record<string, unknown> {
  refuseExcess(text, limits)
  return parse(text)
}

function parse(text: string): Record<string, unknown> {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new BadRequest('The body must be a JSON object.')
  return value as Record<string, unknown>
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidJson('The body is not valid JSON.')
  }
}

/** Checks the limits before parsing. @throws BadRequest */
function refuseExcess(text: string, limits: JsonLimits): void {
  const keys = Array<number>(MAX_DEPTH + 1).fill(0)
  let depth = 0
  let entries = 0
  const tooMany = (count: number, what: string) => new BadRequest(`The body has more than ${count} ${what}.`)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    else if (code === COLON) {
      keys[depth] = (keys[depth] ?? 0) + 1
      if ((keys[depth] ?? 0) > limits.keys) throw tooMany(limits.keys, 'keys in one object')
    } else if (code === COMMA || code === LIST || code === OBJECT) {
      if (++entries > limits.entries) throw tooMany(limits.entries, 'keys and elements')
      if (code === COMMA) continue
      if (++depth > MAX_DEPTH) throw new BadRequest(`The body nests deeper than ${MAX_DEPTH} levels.`)
      keys[depth] = 0
    } else if ((code === LIST_END || code === OBJECT_END) && depth > 0) depth--
  }
}

import { BadRequest } from '../errors.ts'
import { nextTurn } from '../turns.ts'

/** What nests deeper than this is no description of anything, and would exhaust the stack of whoever walks it. */
const MAX_DEPTH = 200
const QUOTE = 34
const BACKSLASH = 92
const COLON = 58
const COMMA = 44
const [LIST, LIST_END, OBJECT, OBJECT_END] = [91, 93, 123, 125]

/** What is no JSON at all. */
export class InvalidJson extends BadRequest {}

/** How much a body may hold, in all and in one object of it: what is more would hold up everybody else. */
export type JsonLimits = {
  /** Members and elements of all its objects and lists together. */
  entries: number
  /** Members of one object. */
  keys: number
}

/** A JSON object from its text. @throws BadRequest */
export function parseObject(text: string, limits: JsonLimits): Record<string, unknown> {
  excessScan(text, limits)(text.length)
  return parse(text)
}

/** So much of a long text is looked at in one turn of the event loop: a few milliseconds. */
const IN_A_TURN = 1024 * 1024

/** The same for a long text: others have their turn in between. */
export async function parseObjectInTurns(text: string, limits: JsonLimits): Promise<Record<string, unknown>> {
  const scan = excessScan(text, limits)
  for (let to = IN_A_TURN; to < text.length + IN_A_TURN; to += IN_A_TURN) {
    scan(to)
    await nextTurn()
  }
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

/** Looks at a text before it is parsed; each call goes on from where the last one ended. */
function excessScan(text: string, limits: JsonLimits): (to: number) => void {
  const keys = Array<number>(MAX_DEPTH + 1).fill(0)
  let depth = 0
  let entries = 0
  let i = 0
  const tooMany = (count: number, what: string) => new BadRequest(`The body has more than ${count} ${what}.`)
  return (to) => {
    for (const end = Math.min(to, text.length); i < end; i++) {
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

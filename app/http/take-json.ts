import { BadRequest } from '../errors.ts'
import { InvalidJson, type JsonLimits, parseObject } from './json.ts'
import { withoutNonFinite } from './non-finite.ts'

/** The text of a body, and its value. */
export type Taken = { text: string; value: Record<string, unknown> }

const decoder = new TextDecoder('utf-8', { fatal: true })

/** Parses a body: UTF-8, a JSON object; an empty body is an empty object. @throws BadRequest */
export function takeJson(bytes: Uint8Array, limits: JsonLimits): Taken {
  const text = decode(bytes)
  if (text === '') return { text, value: {} }
  try {
    return { text, value: parseObject(text, limits) }
  } catch (error) {
    const finite = finiteText(text, error)
    return { text: finite, value: parseObject(finite, limits) }
  }
}

/** Agents of the Python system write NaN and Infinity. @throws the error if it has another cause */
function finiteText(text: string, error: unknown): string {
  const finite = error instanceof InvalidJson ? withoutNonFinite(text) : text
  if (finite === text) throw error
  return finite
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new BadRequest('The body is not valid UTF-8.')
  }
}

// Reading untyped documents: each returns a value of the requested type, or an empty one.
export { isObject, type Json as Loose, list as asList, object as asObject } from '../../../lib/loose.ts'

export const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
export const asNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** The value of a JSON text; undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All numbers of an object by dotted name. */
export function numbersOf(value: unknown, prefix = '', depth = 0): [string, number][] {
  if (typeof value === 'number') return Number.isFinite(value) && prefix ? [[prefix, value]] : []
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 6) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    numbersOf(inner, prefix ? `${prefix}.${key}` : key, depth + 1),
  )
}

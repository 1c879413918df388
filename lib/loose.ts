/** A JSON object of unknown members. */
export type Json = Record<string, unknown>

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value as an object; an empty one where it is none. */
export const object = (value: unknown): Json => (isObject(value) ? value : {})

/** The value as a list; an empty one where it is none. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** Reading documents of any shape: what is not there, or not of the kind asked for, is null. */
export type Json = Record<string, unknown>

export const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** The longest text kept of a document. In UTF-16 units. */
const TEXT_MAX = 300

/** A text, cut at 300 characters; null where it is empty. */
export const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, TEXT_MAX).toWellFormed() : null

export const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

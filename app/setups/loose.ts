// Reading documents of any shape: what is not there, or not of the kind asked for, is null.
export { type Json, list, object } from '../../lib/loose.ts'

/** The longest text kept of a document. In UTF-16 units. */
const TEXT_MAX = 300

/** A text, cut at 300 characters; null where it is empty. */
export const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, TEXT_MAX).toWellFormed() : null

export const number = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null

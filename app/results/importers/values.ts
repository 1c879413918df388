export { defined } from '../../../lib/defined.ts'

import { type Json, list } from '../../../lib/loose.ts'

export { isObject, type Json, list, object } from '../../../lib/loose.ts'

/** A text that is not blank. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined

/** A finite number. */
export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** A finite number, also one that is written as a text. */
export function numeric(value: unknown): number | undefined {
  if (typeof value !== 'string') return number(value)
  return /^\s*[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?\s*$/i.test(value) ? number(Number(value)) : undefined
}

/** A number above 0: of latencies, rates and durations, 0 means that nothing was observed. */
export function positive(value: unknown): number | undefined {
  const known = number(value)
  return known !== undefined && known > 0 ? known : undefined
}

/** A count: a whole number from 0. */
export function count(value: unknown): number | undefined {
  const known = numeric(value)
  return known !== undefined && known >= 0 ? Math.round(known) : undefined
}

export const numbers = (value: unknown): number[] =>
  list(value).filter((one): one is number => number(one) !== undefined)

/** Divides; undefined where one of both is unknown or 0. */
export const per = (amount: number | undefined, by: number | undefined): number | undefined =>
  amount !== undefined && amount > 0 && by !== undefined && by > 0 ? amount / by : undefined

export const times = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a * b

export const sum = (values: readonly number[]): number => {
  let total = 0
  for (const value of values) total += value
  return total
}

/** The members of an object except some. */
export const without = (from: Json, names: Iterable<string>): Json => {
  const left = new Set(names)
  return Object.fromEntries(Object.entries(from).filter(([name]) => !left.has(name)))
}

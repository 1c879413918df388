import type { Comparable, Difference } from './schema.ts'

type Parts = Record<string, unknown>

/**
 * How far two setups can be compared, by their keys: the same; with remarks, where only the host of equal hardware
 * differs or a field that one of them does not know; or not, with the fields that differ.
 */
export function compareKeys(before: Parts, after: Parts): Comparable {
  const all = differences(before, after)
  const hard = all.filter((one) => remarkOf(one) === undefined)
  if (hard.length > 0) return { level: 'not_comparable', differs: hard, remarks: [] }
  const remarks = all.flatMap((one) => remarkOf(one) ?? [])
  return { level: all.length === 0 ? 'same' : 'remarks', differs: all, remarks: [...new Set(remarks)] }
}

function remarkOf({ field, before, after }: Difference): string | undefined {
  if (field === 'host') return 'another host of equal hardware'
  if (before === null) return `${field} is known only after`
  return after === null ? `${field} is known only before` : undefined
}

/** The fields with different values, by their dotted names; null where one has none. */
export function differences(before: unknown, after: unknown, field = ''): Difference[] {
  if (isParts(before) && isParts(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return names.flatMap((name) => differences(before[name], after[name], field ? `${field}.${name}` : name))
  }
  const [from, to] = [before ?? null, after ?? null]
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ field, before: from, after: to }]
}

const isParts = (value: unknown): value is Parts =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

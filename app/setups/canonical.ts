/** Deeper values are left out: nothing that decides a setup is nested so far. */
const MAX_DEPTH = 20

/**
 * JSON whose text depends on the content alone: members sorted by name, those without a value left out.
 * @example canonical({ b: 1, a: undefined, c: [2] }) // '{"b":1,"c":[2]}'
 */
export function canonical(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) return 'null'
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one, depth + 1)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, one]) => one !== undefined)
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one, depth + 1)}`).join(',')}}`
}

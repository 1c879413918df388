import { z } from 'zod'

/** What a JSON Schema says of a value, as far as limits go. */
type Node = {
  type?: string
  const?: unknown
  enum?: unknown[]
  pattern?: string
  format?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  maxItems?: number
  anyOf?: Node[]
  properties?: Record<string, Node>
  required?: string[]
  items?: Node | boolean
}

/** A field of a request: its path, a value as large as it takes where one can be made, and one that is larger. */
export type Limit = { path: string; largest: unknown; larger: unknown }

/** Every limit that a schema sets, and every text in it that has none. */
export function limitsOf(schema: z.ZodType): { limits: Limit[]; unlimited: string[] } {
  const limits: Limit[] = []
  const unlimited: string[] = []
  const walk = (node: Node, path: string[]) => {
    const at = path.join('.')
    if (node.anyOf) for (const one of node.anyOf) walk(one, path)
    else if (node.type === 'string') {
      const free = !node.pattern && !node.format
      if (node.maxLength !== undefined) {
        const filled = (n: number) => 'x'.repeat(n)
        limits.push({
          path: at,
          larger: filled(node.maxLength + 1),
          largest: free ? filled(node.maxLength) : NONE,
        })
      } else if (free && !node.enum && !('const' in node)) unlimited.push(at)
    } else if (node.type === 'array') {
      const item = typeof node.items === 'object' ? node.items : {}
      const filled = (n: number) => Array(n).fill(least(item))
      if (node.maxItems !== undefined)
        limits.push({ path: at, larger: filled(node.maxItems + 1), largest: filled(node.maxItems) })
      else unlimited.push(at)
      walk(item, [...path, '0'])
    } else if (node.maximum !== undefined && node.maximum < Number.MAX_SAFE_INTEGER)
      limits.push({ path: at, larger: node.maximum + 1, largest: node.maximum })
    for (const [key, member] of Object.entries(node.properties ?? {})) walk(member, [...path, key])
  }
  walk(jsonOf(schema), [])
  return { limits, unlimited }
}

/** Where no value is known that a field takes. */
export const NONE = Symbol('no value')

const jsonOf = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as Node

/** The smallest value that a schema takes. */
const least = (node: Node): unknown => {
  if (node.anyOf?.[0]) return least(node.anyOf[0])
  if (node.enum) return node.enum[0]
  if ('const' in node) return node.const
  if (node.type === 'string') return node.pattern?.includes('\\d') ? '1' : 'x'.repeat(node.minLength ?? 1)
  if (node.type === 'integer' || node.type === 'number') return node.minimum ?? 1
  if (node.type === 'boolean') return true
  if (node.type === 'array') return []
  const { properties = {}, required = [] } = node
  return Object.fromEntries(required.map((key) => [key, least(properties[key] ?? {})]))
}

/** The smallest request that a schema takes, with a value at a path of it. */
export function requestWith(schema: z.ZodType, path: string, value: unknown): Record<string, unknown> {
  const all = jsonOf(schema)
  const json = all.anyOf?.find(({ properties }) => properties?.[path.split('.')[0] ?? '']) ?? all
  const put = (node: Node, within: unknown, [key = '', ...rest]: string[]): unknown => {
    const inner = node.anyOf?.find((one) => one.type === (key === '0' ? 'array' : 'object')) ?? node
    const next =
      key === '0' && typeof inner.items === 'object' ? inner.items : (inner.properties?.[key] ?? {})
    const old = typeof within === 'object' && within !== null ? within : least(inner)
    const was = (old as Record<string, unknown>)[key] ?? least(next)
    const now = rest.length === 0 ? value : put(next, was, rest)
    return key === '0' ? [now] : { ...(old as object), [key]: now }
  }
  return put(json, least(json), path.split('.')) as Record<string, unknown>
}

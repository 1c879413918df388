import { z } from 'zod'
import type { JsonLimits } from '../../app/http/json.ts'

/** What a JSON Schema says of a value, as far as its kind goes. */
type Node = {
  type?: string
  const?: unknown
  enum?: unknown[]
  pattern?: string
  minLength?: number
  minimum?: number
  maxItems?: number
  anyOf?: Node[]
  oneOf?: Node[]
  properties?: Record<string, Node>
  required?: string[]
  items?: Node | boolean
  additionalProperties?: Node | boolean
}

/** A place in a request, and the smallest request around whatever stands there. */
export type Field = {
  path: string[]
  kinds: Set<string>
  /** The lengths that its lists may have. */
  most: number[]
  around(value: unknown): unknown
}

/** Every place of a schema where a value can stand, the whole request among them. */
export function fieldsOf(schema: z.ZodType): Field[] {
  const fields: Field[] = []
  const walk = (node: Node, path: string[], around: (value: unknown) => unknown) => {
    const choices = [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])]
    const most = choices.flatMap(({ maxItems }) => maxItems ?? [])
    fields.push({ path, around, most, kinds: new Set(choices.flatMap(({ type }) => type ?? [])) })
    for (const choice of choices) {
      for (const [key, inner] of Object.entries(choice.properties ?? {}))
        walk(inner, [...path, key], (value) => around({ ...(least(choice) as object), [key]: value }))
      if (typeof choice.items === 'object') walk(choice.items, [...path, '0'], (value) => around([value]))
      if (typeof choice.additionalProperties === 'object')
        walk(choice.additionalProperties, [...path, '*'], (value) => around({ key: value }))
    }
  }
  const options = { io: 'input', unrepresentable: 'any', reused: 'inline' } as const
  walk(z.toJSONSchema(schema, options) as Node, [], (value) => value)
  return fields
}

/** The smallest value that a schema takes. */
function least(node: Node): unknown {
  const choice = node.anyOf?.[0] ?? node.oneOf?.[0]
  if (choice) return least(choice)
  if (node.enum) return node.enum[0]
  if ('const' in node) return node.const
  if (node.type === 'string') return node.pattern?.includes('\\d') ? '10' : 'x'.repeat(node.minLength ?? 1)
  if (node.type === 'integer' || node.type === 'number') return Math.max(node.minimum ?? 1, -1000)
  if (node.type === 'boolean') return true
  if (node.type === 'array') return []
  const { properties = {}, required = [] } = node
  return Object.fromEntries(required.map((key) => [key, least(properties[key] ?? {})]))
}

const MIB = 1024 * 1024
/** What a query or a path can carry. */
const LINE = 16 * 1024

/** Beginnings, what is said again and again, and endings: those that checks by pattern have been slow with. */
const TEXTS: [string, string, string][] = [
  ['', 'x', '\n'],
  ['', 'x', '\0'],
  ['', ' ', '\n'],
  ['', ' x', '\n'],
  ['', '\n', 'x'],
  ['', '\u00a0', '!'],
  ['', '\ud800', ''],
  ['', '😀', '\n'],
  ['-', '-', '!'],
  ['', '0', '!'],
  ['', '1', ''],
  ['', '1,', 'x'],
  ['', 'model,', '!'],
  ['', '2026-01-15T', 'Z'],
  ['', '/', '@'],
  ['', 'a/', '\n'],
  ['', '../', 'x'],
  ['http://', 'a', '@'],
  ['http://', 'a.', '!'],
  ['http://', '/', '@'],
  ['http://', '@', ''],
  ['http://a/', '%', '?'],
  ['metric:', 'x', '\n'],
  ['-metric:', '\n', ''],
]

const made = new Map<string, string>()

/** A text of a length, made once, and as a reader has it: one that was put together is one only when it is first looked at. */
function long(begin: string, again: string, end: string, size: number): string {
  const key = JSON.stringify([begin, again, end, size])
  const known = made.get(key) ?? JSON.parse(JSON.stringify(begin + again.repeat(size / again.length) + end))
  made.set(key, known)
  return known
}

/** The values that cost most to check, each of about 1 MiB as JSON, or what a reader with these limits lets through. */
export function worstOf(
  field: Field,
  target: string,
  { entries, keys }: JsonLimits,
): { name: string; value: unknown }[] {
  const size = target === 'json' ? MIB : LINE
  const found: { name: string; value: unknown }[] = []
  const add = (name: string, value: unknown) => found.push({ name, value: field.around(value) })
  if (field.path.length > 0 && (field.kinds.has('string') || field.kinds.size === 0))
    for (const [begin, again, end] of TEXTS)
      add(JSON.stringify(`${begin}${again}…${end}`), long(begin, again, end, size))
  if (target !== 'json') return found
  const isOpen = ['array', 'object'].some((kind) => field.kinds.has(kind)) || field.kinds.size === 0
  for (const [name, one] of isOpen ? ELEMENTS : ELEMENTS.slice(0, 1)) {
    for (const count of [Math.min(entries, MIB / 4), ...field.most])
      add(`${count} ${name}`, Array(count).fill(one))
    const members = Array.from({ length: keys }, (_, i) => [`k${i}`, one])
    add(`an object of ${name}`, Object.fromEntries(members))
  }
  add(
    'long keys',
    Object.fromEntries(Array.from({ length: keys }, (_, i) => [`${'k'.repeat(MIB / keys)}${i}`, 1])),
  )
  add('a key of 1 MiB', { ['k'.repeat(MIB)]: 1 })
  return found
}

const ELEMENTS: [string, unknown][] = [
  ['numbers', 1],
  ['texts', 'x'],
  ['empty texts', ''],
  ['objects', {}],
  ['lists', []],
  ['nothing', null],
]

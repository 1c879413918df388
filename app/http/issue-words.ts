import type { z } from 'zod'
import { didYouMean } from '../../lib/nearest.ts'
import { own } from '../../lib/own.ts'

type Issue = z.core.$ZodIssue

/** Words of Zod for people who write programs; the messages of KITT's own rules have others. */
const ZODS_OWN = /^(Invalid |Too |Unrecognized )/

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  date: 'a time',
  null: 'null',
}

/** An issue as the end of a sentence about its field: `must be a list`, `is missing`. */
export function inWords(issue: Issue): string {
  const { message } = issue
  if (!ZODS_OWN.test(message)) return message
  if (/received undefined$/.test(message)) return 'is missing'
  if (issue.code === 'invalid_type') return `must be ${own(KINDS, issue.expected) ?? issue.expected}`
  if (issue.code === 'invalid_value') {
    const known = issue.values.map(String)
    const meant = typeof issue.input === 'string' ? didYouMean(issue.input, known).trim() : ''
    return `must be ${anyOf(known)}${meant && `. ${meant}`}`
  }
  if (issue.code === 'too_big')
    return `must ${bound(issue.origin, issue.inclusive ? 'most' : 'less', issue.maximum)}`
  if (issue.code === 'too_small')
    return `must ${bound(issue.origin, issue.inclusive ? 'least' : 'more', issue.minimum)}`
  if (issue.code === 'invalid_union') return 'has none of the shapes that it may have'
  if (issue.code === 'invalid_format') return issue.format === 'url' ? 'must be a URL' : 'has an invalid form'
  return message
}

const anyOf = (values: readonly string[]) =>
  values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`

function bound(origin: string, kind: 'most' | 'less' | 'least' | 'more', limit: number | bigint): string {
  const words = { most: 'at most', less: 'less than', least: 'at least', more: 'more than' }[kind]
  if (origin === 'string') return `have ${words} ${limit} characters`
  if (origin === 'array' || origin === 'set') return `have ${words} ${limit} entries`
  return `be ${words} ${limit}`
}

/** The rest of the sentence about a key that there is not, with the nearest one that there is. */
export function unknownKey(schema: z.ZodType | undefined, path: readonly PropertyKey[], key: string): string {
  const known = schema === undefined ? [] : keysAt(schema, path)
  const meant = didYouMean(key, known).trim()
  return meant === '' ? 'is not a known field' : `is not a known field. ${meant}`
}

/** The keys of the object at a path of a schema; none where it cannot be told. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: z.core.$ZodType | undefined = bare(schema)
  for (const step of path) at = at && bare(inner(at, step))
  const shape = (at?._zod.def as { shape?: object } | undefined)?.shape
  return shape ? Object.keys(shape) : []
}

type Def = {
  innerType?: z.core.$ZodType
  out?: z.core.$ZodType
  shape?: Record<string, z.core.$ZodType>
  element?: z.core.$ZodType
}
const defOf = (schema: z.core.$ZodType) => schema._zod.def as unknown as Def

/** A schema without what makes it optional, gives it a default, or prepares its value. */
function bare(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema === undefined) return undefined
  const { innerType, out } = defOf(schema)
  return innerType || out ? bare(innerType ?? out) : schema
}

function inner(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType | undefined {
  const { shape, element } = defOf(schema)
  if (typeof step === 'number') return element
  return shape && Object.hasOwn(shape, step) ? shape[String(step)] : undefined
}

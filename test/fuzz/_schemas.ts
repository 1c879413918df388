import fc from 'fast-check'
import { z } from 'zod'
import { Junk, OddText } from './_junk.ts'

/** An id of what is there, of the kind that a field or path of this name wants; nothing where it wants none. */
export type Ids = (name: string) => fc.Arbitrary<string> | undefined

type JsonSchema = {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  items?: JsonSchema | boolean
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
}

type Build = (node: JsonSchema, name: string) => fc.Arbitrary<unknown>

/** Mostly what a schema takes, now and then what it does not: so that requests come deep, and go wrong everywhere. */
export function nearlyValid(schema: z.ZodType, ids: Ids): fc.Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema
  const build: Build = (node, name) =>
    fc.oneof({ weight: 40, arbitrary: valid(node, name, build, ids) }, { weight: 1, arbitrary: Junk })
  return build(json, '')
}

function valid(node: JsonSchema, name: string, build: Build, ids: Ids): fc.Arbitrary<unknown> {
  const choices = node.anyOf ?? node.oneOf ?? node.allOf
  if (choices) return fc.oneof(...choices.map((choice) => build(choice, name)))
  if (node.enum) return fc.constantFrom(...node.enum)
  if ('const' in node) return fc.constant(node.const)
  switch (node.type) {
    case 'string':
      return text(node, ids(name))
    case 'integer':
    case 'number':
      return number(node)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(typeof node.items === 'object' ? build(node.items, name) : Junk, { maxLength: 4 })
    case 'object':
      return object(node, build)
    default:
      return Junk
  }
}

const WORDS = ['model', 'true', 'running', 'completed', '2026-01-15', '1', '50']

function text(
  { maxLength, pattern }: JsonSchema,
  ids: fc.Arbitrary<string> | undefined,
): fc.Arbitrary<unknown> {
  const edges =
    maxLength === undefined || maxLength > 100_000 ? [''] : ['x'.repeat(maxLength), 'x'.repeat(maxLength + 1)]
  const usual = ids ?? (pattern ? matching(pattern) : fc.constantFrom(...WORDS))
  return fc.oneof(
    { weight: 20, arbitrary: usual },
    { weight: 1, arbitrary: fc.constantFrom(...WORDS) },
    { weight: 1, arbitrary: OddText },
    { weight: 1, arbitrary: fc.constantFrom(...edges) },
  )
}

/** A text that fits a pattern, where the pattern is one that texts can be made from. */
function matching(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'))
  } catch {
    return OddText
  }
}

function number({ type, minimum, maximum }: JsonSchema): fc.Arbitrary<unknown> {
  const [min, max] = [minimum ?? -1000, maximum ?? 1_000_000]
  const inside =
    type === 'integer'
      ? fc.integer({ min, max: Math.min(max, 2 ** 31 - 1) })
      : fc.double({ min, max, noNaN: true })
  return fc.oneof(
    { weight: 5, arbitrary: inside },
    { weight: 1, arbitrary: fc.constantFrom(min - 1, max + 1, 0.5) },
  )
}

/** With some of the optional members, seldom without a required one, seldom with one too many. */
function object({ properties = {}, required = [], additionalProperties }: JsonSchema, build: Build) {
  const members = Object.entries(properties).map(([key, node]) => {
    const isRequired = required.includes(key)
    return fc.oneof(
      {
        weight: isRequired ? 40 : 1,
        arbitrary: build(node, key).map((value) => [[key, value]] as [string, unknown][]),
      },
      { weight: isRequired ? 1 : 3, arbitrary: fc.constant([] as [string, unknown][]) },
    )
  })
  const open = additionalProperties !== false
  const inner = typeof additionalProperties === 'object' ? build(additionalProperties, '') : Junk
  const more = fc.array(
    fc.tuple(
      OddText.filter((key) => key.length < 1000),
      inner,
    ),
    { maxLength: open ? 3 : 1 },
  )
  const extra = fc.oneof(
    { weight: open ? 2 : 19, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: more },
  )
  return fc.tuple(fc.tuple(...members), extra).map(([known, others]) => {
    // As JSON.parse would make it: "__proto__" is a member like any other.
    return Object.fromEntries([...known.flat(), ...others])
  })
}

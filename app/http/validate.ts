import { zValidator } from '@hono/zod-validator'
import type { MiddlewareHandler, ValidationTargets } from 'hono'
import type { z } from 'zod'
import { BadRequest, type ErrorDetail } from '../errors.ts'
import { inWords, unknownKey } from './issue-words.ts'

/**
 * Zod's issues as error details in plain words, with paths like `config.models.0.name`.
 * @param schema names the keys that there are
 */
export const detailsOf = (
  error: { issues: readonly z.core.$ZodIssue[] },
  schema?: z.ZodType,
): ErrorDetail[] =>
  error.issues
    .flatMap(meant)
    .slice(0, 50)
    .flatMap((issue) => {
      const path = issue.path.map(String)
      if (issue.code === 'unrecognized_keys') {
        return issue.keys.slice(0, 50).map((key, n) => ({
          path: [...path, key].join('.').slice(0, 200),
          message: unknownKey(n === 0 ? schema : undefined, issue.path, key),
        }))
      }
      return [{ path: path.join('.').slice(0, 200), message: inWords(issue) }]
    })

/** What shows that another choice of a union was meant. */
const MISSES = new Set<string | undefined>(['invalid_type', 'invalid_value', 'unrecognized_keys'])

/** For a union, the issues of the choice that fits the value best, if there is one. */
function meant(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const misses = (choice: z.core.$ZodIssue[]) => choice.filter(({ code }) => MISSES.has(code)).length
  const [best, next] = [...issue.errors].sort((a, b) => misses(a) - misses(b))
  if (!best || (next && misses(best) === misses(next))) return [issue]
  return best.flatMap((inner) => meant({ ...inner, path: [...issue.path, ...inner.path] }))
}

/** Stops at the first fault: reporting 10,000 wrong elements takes 30 ms. */
const FIRST_FAULT = { abortEarly: true, reportInput: true } as z.core.ParseContext<z.core.$ZodIssue>
/** All faults are reported for values with at most this many entries. */
const FEW = 500

/** Checks a value: reports all faults of a small one, the first of a large one. */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  const found = schema.safeParse(value, FIRST_FAULT)
  return found.success || entriesOf(value, FEW) > FEW ? found : schema.safeParse(value, { reportInput: true })
}

/** Counts members, elements and every 256 characters of text, stopping above `enough`. */
function entriesOf(value: unknown, enough: number): number {
  if (typeof value === 'string') return value.length >> 8
  if (typeof value !== 'object' || value === null) return 0
  let count = Array.isArray(value) ? value.length : 0
  if (count > enough) return count
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    count += (Array.isArray(value) ? 0 : 1) + entriesOf(inner, enough - count)
    if (count > enough) break
  }
  return count
}

/** One sentence for all details: the first, and the number of others. */
export const sentenceOf = (details: ErrorDetail[]): string => {
  const [first] = details
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : ''
  return `${first?.path ? `${first.path}: ` : ''}${first?.message ?? 'The request is not valid'}${more}`
}

/** Parses a value with a schema. @throws BadRequest with details */
export function requireValid<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = check(schema, value)
  if (result.success) return result.data
  throw refusal(result.error, schema)
}

function refusal(error: { issues: readonly z.core.$ZodIssue[] }, schema: z.ZodType): BadRequest {
  const details = detailsOf(error, schema)
  return new BadRequest(sentenceOf(details), { details })
}

/** The schemas of the handlers' inputs, for the API documentation. */
export const inputSchemas = new WeakMap<object, { target: keyof ValidationTargets; schema: z.ZodType }>()

/** Checks one part of a request, and gives the handler the typed value. @throws BadRequest with details */
export function validate<S extends z.ZodType, T extends 'json' | 'query' | 'param' | 'header'>(
  target: T,
  schema: S,
) {
  const checked = zValidator(
    target,
    schema,
    (result) => {
      if (!result.success) throw refusal(result.error, schema)
    },
    { validationFunction: check as never },
  )
  const handler = isAtOnce(target) ? (atOnce(target, schema) as typeof checked) : checked
  inputSchemas.set(handler, { target, schema })
  return handler
}

type AtOnce = 'query' | 'param'
const isAtOnce = (target: string): target is AtOnce => target === 'query' || target === 'param'

/** What is in the URL is there already: waiting for it, as Hono's validator does, is a tenth of a small read. */
const atOnce =
  (target: AtOnce, schema: z.ZodType): MiddlewareHandler =>
  (c, next) => {
    const value = target === 'param' ? c.req.param() : onceOrMore(c.req.queries())
    c.req.addValidatedData(target, requireValid(schema, value) as object)
    return next() as Promise<undefined>
  }

/** A parameter that is given once is a text, one that is given several times a list of them. */
function onceOrMore(given: Record<string, string[]>): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = Object.create(null)
  for (const name in given) {
    const [first = '', ...more] = given[name] ?? []
    values[name] = more.length > 0 ? [first, ...more] : first
  }
  return values
}

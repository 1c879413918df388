import { z } from 'zod'
import { isObject } from '../../lib/loose.ts'
import { isPlain } from '../shown-name.ts'

const isText = (text: string) => text.isWellFormed() && !text.includes('\0')

/** Any text of at most `max` characters. Zod counts code points, in linear time: much longer text fails before that. */
export const UpTo = (max: number) => {
  const error = `must have at most ${max} characters`
  return z
    .string()
    .refine((text) => text.length <= 2 * max, { error, abort: true })
    .max(max, { error, abort: true })
}

/**
 * Text of at most `max` characters, without lone surrogates or NUL, so that the database returns it
 * unchanged. Longer text fails before the other checks, which may take more than linear time.
 */
export const Text = (max: number) => UpTo(max).refine(isText, 'must be valid Unicode without NUL')

/** Any object; its members are not checked. */
export const AnyObject = z
  .custom<Record<string, unknown>>(isObject, 'must be an object')
  .meta({ type: 'object', additionalProperties: {} })

/** Named options, with values of any type. */
export const Options = AnyObject.refine(
  (options) => Object.keys(options).every((key) => key.length <= 100 && isText(key)),
  'must have names of at most 100 characters of valid Unicode',
).meta({ type: 'object', additionalProperties: {} })

/** An opaque id; new ones are 16 lowercase hex characters. */
export const Id = Text(128).min(1)

/** Text that reaches a command line on a GPU host: it must not look like an option. */
export const Argument = (max: number) => Text(max).min(1).regex(/^[^-]/, 'must not start with "-"')

/** The length of the longest name, in UTF-16 units. */
export const NAME_MAX = 200

/** A name given by a person or a host: one line, not blank. */
export const Name = Text(NAME_MAX)
  .min(1)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^(?=\s*\S)[^\u0000-\u001f\u007f]*$/, 'must be one line and not blank')

/** A new name: without characters that could make it look like another name. */
export const NewName = Name.refine(
  // Invalid names are already refused, and may be long.
  (text) => text.length > NAME_MAX || !Name.safeParse(text).success || isPlain(text),
  'must not hold invisible or direction-changing characters, or begin or end with a space',
)

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be between ${min} and ${max}`)

/** A whole number in a query string. */
export const QueryInt = (min: number, max: number, fallback: number) => whole(min, max).default(fallback)

/** `true` or `false` in a query string. */
export const QueryFlag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** `page` from 1, `per_page` 1..100; `skip` omits the first items of a page that was cut short. */
export const Paging = z.object({
  page: QueryInt(1, 1_000_000, 1),
  per_page: QueryInt(1, 100, 25),
  skip: QueryInt(0, 99, 0),
})
export type Paging = z.infer<typeof Paging>

/** Log lines after the id `after`, at most `limit`. */
export const LogQuery = z.object({ after: QueryInt(0, 999_999_999, 0), limit: QueryInt(1, 5000, 1000) })
export type LogQuery = z.infer<typeof LogQuery>

/** The envelope of every list. A page that is too large ends early; `skip` gets the rest of it. */
export const List = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    total: z.number(),
    page: z.number(),
    per_page: z.number(),
    pages: z.number(),
    truncated: z.literal(true).optional(),
    skip: z.number().optional(),
  })

/** The envelope around one page of `total` items. */
export const envelope = <T>(items: T[], total: number, { page, per_page }: Omit<Paging, 'skip'>) => ({
  items,
  total,
  page,
  per_page,
  pages: Math.ceil(total / per_page),
})

export const Deleted = z.object({ deleted: z.literal(true) })
export const Updated = z.object({ updated: z.literal(true) })

/** The body of every error: a sentence, and the fields at fault in `details`. */
export const ErrorBody = z.object({
  error: z.string(),
  details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  request_id: z.string().optional(),
})
export type ErrorBody = z.infer<typeof ErrorBody>

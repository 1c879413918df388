import { InvalidArgumentError } from 'commander'

const UNITS = { m: 60, h: 3600, d: 86_400, w: 7 * 86_400 } as const

const UNFIT =
  'It must be a time such as 2026-01-31 or 2026-01-31T12:00:00Z, or a span such as 7d, 12h or 30m.'

/** A number alone is read as some month or year; one of four digits is a year. */
const BARE = /^\d+$/
const YEAR = /^\d{4}$/

/** An option that is a time: one that lies back, `7d`, or ISO 8601. @returns what the server takes */
export const timeAgo = (text: string): string => timeOf(text, -1)

/** An option that is a time to come: `7d` from now, or ISO 8601. */
export const timeFromNow = (text: string): string => timeOf(text, 1)

function timeOf(text: string, way: 1 | -1): string {
  const [, count = '', unit = ''] = /^(\d{1,5})\s*([mhdw])$/.exec(text) ?? []
  if (count !== '')
    return new Date(Date.now() + way * Number(count) * UNITS[unit as keyof typeof UNITS] * 1000).toISOString()
  if (BARE.test(text) && !YEAR.test(text))
    throw new InvalidArgumentError(`A number needs a unit: ${text}d, ${text}h or ${text}m.`)
  if (Number.isNaN(Date.parse(text))) throw new InvalidArgumentError(UNFIT)
  return text
}

import { own } from '../../lib/own.ts'
import { UsageError } from '../terminal/output.ts'

const UNITS: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000, y: 365 * 86_400_000 }

/**
 * When something expires: `90d`, `12h`, `8w`, `1y`, a date, or `never`.
 * @param now epoch ms
 * @returns ISO 8601, or null for never
 * @throws UsageError
 */
export function expiryOf(text: string, now = Date.now()): string | null {
  if (text === 'never') return null
  const [, n, unit = ''] = /^(\d{1,5})([hdwy])$/.exec(text) ?? []
  const at = n === undefined ? Date.parse(text) : now + Number(n) * (own(UNITS, unit) ?? 0)
  if (Number.isNaN(at) || at <= now)
    throw new UsageError(
      `--expires: "${text}" must be a time to come: a span such as 30d, 12h, 8w or 1y, a date such as 2027-01-31, or never.`,
    )
  return new Date(at).toISOString()
}

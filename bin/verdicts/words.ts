import { metricInfo } from '../../app/results/metric-units.ts'
import { percent, signed } from '../../app/setups/statistics/words.ts'
import { own } from '../../lib/own.ts'
import { measured } from '../terminal/table.ts'

/** Why a run is left out, in words. */
const REASONS: Record<string, string> = {
  failed: 'it failed',
  interrupted: 'it was interrupted',
  error_rate: 'more than 5 % of its requests failed',
  client_bound: 'the client was the limit',
  throttled: 'the GPU was throttled',
  prefix_cache: 'prompts were answered from the prefix cache',
  short_output: 'answers were shorter than asked for',
  rate_not_kept: 'the rate was not kept',
  clock: "its clock was more than 5 min off the server's",
  duplicate: 'it is the same measurement as another',
  no_values: 'it has no metric that can be judged',
  no_setup: 'it has no benchmark that can be judged',
  not_indexed: 'the server has not read it yet',
}

export const reasonsInWords = (reasons: readonly string[]): string =>
  reasons.map((reason) => own(REASONS, reason) ?? reason).join(', ')

/** A verdict as a cell: the words of the server without the numbers, which have columns of their own. */
export const shortVerdict = (text: string): string => text.replace(/ \([^()]*\)$/, '')

/** A change of an alert, in percent or in points: "−4.8 %". */
export const metricChange = (name: string, pct: number): string => signed(pct / 100, scaleOf(name))

/** Its interval, which is of 1 + the change. */
export function metricInterval(name: string, ci: readonly [number, number] | null): string {
  if (ci === null) return ''
  const [low, high] = ci.map((one) => signed(one - 1, scaleOf(name)))
  return `${low?.replace(/ \S+$/, '')} to ${high}`
}

const scaleOf = (name: string) => (metricInfo(name).unit === 'ratio' ? 'points' : undefined)

/** A ratio as a change: 0.952 is "−4.8 %"; empty where there is none. */
export const change = (ratio: number | null): string => (ratio === null ? '' : percent(ratio))

/** The interval of a change: "−6.4 to −3.1 %". */
export const changeInterval = (ci: readonly [number, number] | null): string =>
  ci === null ? '' : `${percent(ci[0]).replace(/ %$/, '')} to ${percent(ci[1])}`

/** A difference in points: −1.8 is "−1.8 points". */
export const pointsText = (points: number): string => signed(points / 100, 'points')

export const pointsInterval = (ci: readonly [number, number] | null): string =>
  ci === null ? '' : `${pointsText(ci[0]).replace(/ points?$/, '')} to ${pointsText(ci[1])}`

export const valueInterval = (ci: readonly [number, number] | null): string =>
  ci === null ? '' : `${measured(ci[0])} to ${measured(ci[1])}`

/** A value; a rate of failed requests is a share. */
export const valueText = (value: number | null): string => (value === null ? '' : measured(value))

/** A field with its two values: "engine_version 0.11.0 → 0.11.2". */
export const differenceText = ({
  field,
  before,
  after,
}: {
  field: string
  before?: unknown
  after?: unknown
}) => `${field} ${plainValue(before)} → ${plainValue(after)}`

function plainValue(value: unknown): string {
  if (value === null || value === undefined) return 'unknown'
  if (typeof value === 'number') return measured(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

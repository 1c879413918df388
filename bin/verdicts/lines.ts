import type { Judgement } from '../../app/setups/schema.ts'
import { signed } from '../../app/setups/statistics/words.ts'
import { type Column, table } from '../terminal/table.ts'
import {
  change,
  changeInterval,
  pointsInterval,
  pointsText,
  shortVerdict,
  valueInterval,
  valueText,
} from './words.ts'

type Metric = Judgement['metrics'][number]

/** One check, of a metric against a base or against a limit. */
export type Line = {
  /** The label of the setup. */
  setup: string
  metric: string
  unit: string | null
  role: Metric['role'] | 'limit'
  base: number | null
  /** Runs behind `base` and `value`. */
  base_runs: number | null
  value: number | null
  runs: number
  /** Candidate by base; null for a limit. */
  ratio: number | null
  /** The difference of two shares, which is judged in place of their ratio. */
  points: Metric['points']
  /** In words: "at most −2 %", "< 300". */
  limit: string
  /** 95 %: of the ratio, or of the value for a limit. */
  ci95: [number, number] | null
  verdict: Metric['verdict'] | 'within' | 'beyond' | 'not_measured'
  text: string
}

/** The metrics of a judgement: those that decide first. */
export function linesOf({ metrics, setups }: Judgement): Line[] {
  const order = ['primary', 'gate', 'secondary', 'shown']
  return metrics
    .map((metric) => lineOf(metric, setups.find(({ setup_id }) => setup_id === metric.setup_id)?.label ?? ''))
    .map((line, i) => ({ line, i }))
    .sort((a, b) => order.indexOf(a.line.role) - order.indexOf(b.line.role) || a.i - b.i)
    .map(({ line }) => line)
}

const lineOf = (metric: Metric, setup: string): Line => ({
  setup,
  metric: metric.name,
  unit: metric.unit,
  role: metric.role,
  base: metric.base.mean,
  base_runs: metric.base.n,
  value: metric.candidate.mean,
  runs: metric.candidate.n,
  ratio: metric.ratio,
  points: metric.points,
  limit: limitOf(metric),
  ci95: metric.ci95,
  verdict: metric.verdict,
  text: metric.text,
})

/** The change for the worse from which on it counts. */
function limitOf({ better, delta, unit }: Metric): string {
  if (better === null || delta === null) return ''
  return signed(better === 'higher' ? -delta : delta, unit === 'ratio' ? 'points' : undefined)
}

const COLUMNS: Column<Line>[] = [
  { head: 'metric', of: ({ metric }) => metric },
  { head: 'unit', of: ({ unit }) => unit ?? '' },
  { head: 'base', of: ({ base }) => valueText(base), kind: 'number' },
  { head: 'candidate', of: ({ value }) => valueText(value), kind: 'number' },
  { head: 'change', of: changeText, kind: 'number' },
  { head: '95 % interval', of: intervalOf, kind: 'number' },
  { head: 'limit', of: ({ limit }) => limit, kind: 'number' },
  { head: 'verdict', of: ({ text }) => shortVerdict(text), kind: 'verdict' },
]

/** How much a metric changed: "−4.8 %", of a share "−1.8 points". */
export function changeText({ ratio, points }: Line): string {
  return points ? pointsText(points.change) : change(ratio)
}

export function intervalOf({ ci95, role, points }: Line): string {
  if (points) return pointsInterval(points.ci95)
  return role === 'limit' ? valueInterval(ci95) : changeInterval(ci95)
}

/** Whether a line decides with others how a gate ends. */
export const decides = ({ role }: Line): boolean => role === 'primary' || role === 'gate' || role === 'limit'

/** The lines worth a row: without those that decide nothing and could not be judged for want of values. */
export const shownLines = (lines: readonly Line[]): Line[] =>
  lines.filter((line) => line.base !== null || line.value !== null || decides(line))

/** The lines as a table for the terminal, with the setup in front if there are several. */
export function lineTable(lines: readonly Line[]): string {
  const several = new Set(lines.map(({ setup }) => setup)).size > 1
  const setup: Column<Line> = { head: 'setup', of: (line) => line.setup }
  return table(several ? [setup, ...COLUMNS] : COLUMNS, shownLines(lines))
}

import type { Judgement } from '../../app/setups/schema.ts'
import { percent } from '../../app/setups/statistics/words.ts'
import { type Column, table } from '../terminal/table.ts'
import { change, changeInterval, shortVerdict, valueInterval, valueText } from './words.ts'

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
  limit: limitOf(metric),
  ci95: metric.ci95,
  verdict: metric.verdict,
  text: metric.text,
})

/** The change for the worse from which on it counts. */
function limitOf({ better, delta, role, name }: Metric): string {
  if (better === null || delta === null) return ''
  if (role === 'gate' && name.endsWith('error_rate')) return pointsOf(delta)
  return percent(better === 'higher' ? 1 - delta : 1 + delta)
}

/** A difference of shares in points: 0.01 is "+1 point". */
function pointsOf(delta: number): string {
  const points = Number((delta * 100).toFixed(2))
  return `+${points} ${points === 1 ? 'point' : 'points'}`
}

const COLUMNS: Column<Line>[] = [
  { head: 'metric', of: ({ metric }) => metric },
  { head: 'unit', of: ({ unit }) => unit ?? '' },
  { head: 'base', of: ({ base }) => valueText(base), kind: 'number' },
  { head: 'candidate', of: ({ value }) => valueText(value), kind: 'number' },
  { head: 'change', of: ({ ratio }) => change(ratio), kind: 'number' },
  { head: '95 % interval', of: intervalOf, kind: 'number' },
  { head: 'limit', of: ({ limit }) => limit, kind: 'number' },
  { head: 'verdict', of: ({ text }) => shortVerdict(text), kind: 'verdict' },
]

export function intervalOf({ ci95, role }: Line): string {
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

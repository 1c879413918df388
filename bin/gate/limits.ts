import { InvalidArgumentError } from 'commander'
import { tQuantile } from '../../lib/students-t.ts'
import type { Line } from '../verdicts/lines.ts'

type Operator = '<' | '<=' | '>' | '>='

/** An absolute limit: what the value of a metric must be. */
export type Limit = { metric: string; operator: Operator; bound: number; text: string }

/** Parses a repeatable `--limit`. @example limit('ttft_ms.p95<300') */
export function limit(text: string, before: Limit[] = []): Limit[] {
  const found = /^\s*([^\s<>=]+)\s*(<=?|>=?)\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/i.exec(text)
  if (!found) throw new InvalidArgumentError('It must be like ttft_ms.p95<300, with <, <=, > or >=.')
  const [, metric = '', operator = '', bound = ''] = found
  return [
    ...before,
    { metric, operator: operator as Operator, bound: Number(bound), text: `${operator} ${bound}` },
  ]
}

/** What the candidate has of a metric: the mean of its runs, and their sd as a judgement has it. */
export type Observed = {
  setup: string
  metric: string
  unit: string | null
  mean: number
  n: number
  sd: number | null
}

/** The limits as lines: one for each setup that has the metric; one without a value where none has. */
export function limitLines(limits: readonly Limit[], observed: readonly Observed[]): Line[] {
  return limits.flatMap((one) => {
    const found = observed.filter(({ metric }) => metric === one.metric)
    return found.length > 0 ? found.map((value) => checked(one, value)) : [notMeasured(one)]
  })
}

const NOTHING = { role: 'limit', base: null, base_runs: null, ratio: null, points: null } as const

function checked({ text, operator, bound }: Limit, { n, sd, ...observed }: Observed): Line {
  const { mean, unit } = observed
  const isWithin = holds(mean, operator, bound)
  const { setup, metric } = observed
  return {
    ...{ ...NOTHING, setup, metric, unit, value: mean, runs: n, limit: text },
    ci95: interval(mean, n, sd, unit === 'ratio'),
    verdict: isWithin ? 'within' : 'beyond',
    text: isWithin ? 'within the limit' : 'beyond the limit',
  }
}

const notMeasured = ({ metric, text }: Limit): Line => ({
  ...{ ...NOTHING, setup: '', metric, unit: null, value: null, runs: 0, limit: text, ci95: null },
  verdict: 'not_measured',
  text: 'not measured: the candidate has no such metric',
})

function holds(value: number, operator: Operator, bound: number): boolean {
  if (operator === '<') return value < bound
  if (operator === '<=') return value <= bound
  return operator === '>' ? value > bound : value >= bound
}

/** The 95 % t interval of the geometric mean; of a share, of the mean. */
function interval(mean: number, n: number, sd: number | null, isShare: boolean): [number, number] | null {
  if (n < 2 || sd === null) return null
  const half = (tQuantile(0.975, n - 1) * sd) / Math.sqrt(n)
  if (isShare) return [mean - half, mean + half]
  if (mean <= 0) return null
  return [mean * Math.exp(-half), mean * Math.exp(half)]
}

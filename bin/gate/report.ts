import type { Judgement } from '../../app/setups/schema.ts'
import { type Line, linesOf } from '../verdicts/lines.ts'
import { reasonsInWords } from '../verdicts/words.ts'
import { meantMetric } from './known-metrics.ts'

/** What a gate found. The exit codes: 0 same or better, 1 worse, 3 cannot tell, 4 not comparable, 5 not carried out. */
export type Report = {
  exit_code: 0 | 1 | 3 | 4 | 5
  verdict: 'better' | 'same' | 'worse' | 'unclear' | 'not_comparable' | 'error'
  /** In one sentence. */
  text: string
  /** Ids of results that were judged. */
  candidate: string[]
  base: string[]
  comparable: Judgement['comparable'] | null
  environment: Judgement['environment']
  left_out: Judgement['left_out']
  lines: Line[]
}

const NOTHING = { candidate: [], base: [], comparable: null, environment: [], left_out: [], lines: [] }

/** The report of a gate that could not be carried out. */
export const notCarriedOut = (text: string, found: Partial<Report> = {}): Report => ({
  ...NOTHING,
  ...found,
  exit_code: 5,
  verdict: 'error',
  text,
})

type About = {
  /** The results that limits alone are held against. */
  ids: string[]
  /** Whether "cannot tell" lets the candidate pass. */
  isUnclearPassed: boolean
  /** The metrics that the candidate has, as far as they are known. */
  names?: readonly string[]
  /** The runs of the baseline, where the candidate has them all. */
  own_runs?: number
}

/** What a judgement and limits come to. @param judgement undefined with limits alone */
export function reportOf(
  judgement: Judgement | undefined,
  limits: Line[],
  { ids, isUnclearPassed, names = [], own_runs = 0 }: About,
): Report {
  const found = {
    candidate: judgement?.runs.candidate ?? ids,
    base: judgement?.runs.base ?? [],
    comparable: judgement?.comparable ?? null,
    environment: judgement?.environment ?? [],
    left_out: judgement?.left_out ?? [],
    lines: [...(judgement ? linesOf(judgement) : []), ...limits],
  }
  const verdict = (judgement && judged(judgement, own_runs)) ?? {
    verdict: 'same' as const,
    text: 'within every limit',
  }
  const beyond = limits.filter((line) => line.verdict === 'beyond')
  const unmeasured = limits.filter((line) => line.verdict === 'not_measured')
  if (beyond.length > 0 || verdict.verdict === 'worse')
    return { ...found, exit_code: 1, verdict: 'worse', text: worseText(verdict, beyond) }
  if (verdict.verdict === 'error') return notCarriedOut(verdict.text, found)
  if (verdict.verdict === 'not_comparable') return { ...found, ...verdict, exit_code: 4 }
  if (unmeasured.length > 0)
    return notCarriedOut(
      `not measured: ${unmeasured.map(({ metric }) => unmeasuredText(metric, names)).join(', ')}`,
      found,
    )
  const isPassed = verdict.verdict !== 'unclear' || isUnclearPassed
  return { ...found, ...verdict, exit_code: isPassed ? 0 : 3 }
}

function unmeasuredText(metric: string, names: readonly string[]): string {
  const meant = meantMetric(metric, names)
  return meant === undefined ? metric : `${metric} (did you mean "${meant}"?)`
}

type Outcome = Pick<Report, 'verdict' | 'text'>

function judged({ summary, comparable, runs, left_out }: Judgement, own_runs: number): Outcome {
  if (summary.verdict === 'worse') return { verdict: 'worse', text: summary.text }
  if (runs.candidate.length === 0) {
    const [first] = left_out
    const why = first ? `: ${first.result_id}: ${reasonsInWords(first.reasons)}` : ''
    return { verdict: 'error', text: `no run of the candidate can be judged${why}` }
  }
  if (comparable.level === 'not_comparable' && comparable.differs.length > 0)
    return { verdict: 'not_comparable', text: summary.text }
  if (runs.base.length === 0) return { verdict: 'unclear', text: `cannot tell: ${withoutBase(own_runs)}` }
  const verdict = summary.verdict === 'small' ? 'same' : summary.verdict
  return { verdict, text: summary.text }
}

function withoutBase(own_runs: number): string {
  if (own_runs === 0) return 'the baseline has no runs that can be judged'
  return own_runs === 1
    ? "the candidate is the baseline's only run"
    : `the candidate has all ${own_runs} runs of the baseline`
}

function worseText({ verdict, text }: Outcome, beyond: Line[]): string {
  const limits = beyond.map(({ metric, limit }) => `${metric} is not ${limit}`)
  return verdict === 'worse' ? [text, ...limits].join('; ') : `worse: ${limits.join(', ')}`
}

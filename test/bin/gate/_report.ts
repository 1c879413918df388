import type { Judgement } from '../../../app/setups/schema.ts'
import { reportOf } from '../../../bin/gate/report.ts'

type Metric = Judgement['metrics'][number]

/** A metric of a judgement, 6 % worse unless told. */
export const metricOf = (given: Partial<Metric> = {}): Metric => ({
  ...{ setup_id: 'a', benchmark: 'throughput', name: 'output_tps', unit: 'tok/s', better: 'higher' },
  role: 'primary',
  base: { n: 6, mean: 1000, sd: 0.01 },
  candidate: { n: 3, mean: 940, sd: 0.01 },
  ...{
    ratio: 0.94,
    ci95: [0.92, 0.96] as [number, number],
    points: null,
    p: 0.001,
    p_adjusted: 0.002,
    p_rank: null,
  },
  ...{ ratio_rank: null, verdict: 'worse', margin: 0.03, delta: 0.02, more_runs: null, noticeable_pct: 2 },
  text: 'worse (−6 %, 95 % interval −8 % to −4 %)',
  ...given,
})

/** A judgement of one setup; its summary says what its metrics do. */
export const judgementOf = (metrics: Metric[] = [metricOf()], given: Partial<Judgement> = {}): Judgement => ({
  comparable: { level: 'same', differs: [], remarks: [] },
  setups: [{ setup_id: 'a', base_id: 'a', label: 'qwen · vllm · H100' }],
  runs: { base: ['b1', 'b2'], candidate: ['c1'] },
  environment: [],
  metrics,
  left_out: [],
  summary: { verdict: metrics[0]?.verdict ?? 'unclear', ratios: [], text: metrics[0]?.text ?? '' },
  ...given,
})

export const reported = (judgement: Judgement | undefined, isUnclearPassed = false) =>
  reportOf(judgement, [], { ids: ['c1'], isUnclearPassed })

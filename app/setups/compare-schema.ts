import { z } from 'zod'
import { ComparedMetric, Comparison } from '../results/analysis-schema.ts'
import { Comparable, Verdict } from './schema.ts'

/** Results side by side, and what they tell: `verdict` by result id against the first; null where there is none. */
export const JudgedComparison = Comparison.extend({
  comparable: Comparable,
  metrics: z.array(ComparedMetric.extend({ verdict: z.record(z.string(), Verdict.nullable()) })),
})
export type JudgedComparison = z.infer<typeof JudgedComparison>

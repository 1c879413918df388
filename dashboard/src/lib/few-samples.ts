import { countOf, isTooFew } from '../../../lib/few-samples.ts'
import { measure, type ResultView } from './result.ts'

export { FEW_TEXT, isTooFew } from '../../../lib/few-samples.ts'

/** Whether a metric of a result is a percentile of too few requests. */
export const isFew = (result: ResultView, name: string): boolean =>
  isTooFew(name, measure(result, countOf(name))?.value)

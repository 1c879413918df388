import { headline, type ResultView } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { Metric } from '../../ui/Metric.tsx'

/** The main metric of a result. */
export function Headline({ result }: { result: ResultView }) {
  const found = headline(result)
  return <Metric value={found?.value} unit={found ? metricInfo(found.name).unit : ''} />
}

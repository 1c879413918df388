import { sampleSd } from '../../../../lib/statistics.ts'
import { sizeText } from '../../lib/changes.ts'
import { type Measure, measure, type ResultView } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { Figure, Figures } from '../../ui/Figures.tsx'

/** The main metrics of a result, in order, each with its names in all versions of the document. */
const FIGURES: { name: string; metrics: string[] }[] = [
  { name: 'Output throughput', metrics: ['output_tps', 'max_output_tps', 'avg_tps'] },
  { name: 'Time to first token, median', metrics: ['ttft_ms.p50', 'ttft_ms.avg'] },
  { name: 'Time per output token, median', metrics: ['tpot_ms.p50', 'tpot_ms.avg'] },
  {
    name: 'Request latency, median',
    metrics: ['e2e_latency_ms.p50', 'total_latency_ms.p50', 'p50_latency_ms', 'avg_latency_ms'],
  },
  { name: 'Requests per second', metrics: ['request_rate_rps', 'max_request_rate_rps'] },
  { name: 'Goodput', metrics: ['goodput_rps', 'max_goodput_rps'] },
  { name: 'Failed requests', metrics: ['error_rate'] },
]

/** The main metrics of a result. */
export function MainMetrics({ result }: { result: ResultView }) {
  const found = FIGURES.flatMap(({ name, metrics }) => {
    const one = metrics.map((metric) => measure(result, metric)).find((known) => known !== undefined)
    return one && !(one.name === 'error_rate' && one.value === 0) ? [{ name, one }] : []
  })
  if (found.length === 0) return <p>This result contains none of the main metrics; its document is below.</p>
  return (
    <Figures>
      {found.map(({ name, one }, i) => (
        <Figure
          key={one.name}
          name={name}
          value={one.value}
          unit={metricInfo(one.name).unit}
          main={i === 0}
          note={spread(one)}
        />
      ))}
    </Figures>
  )
}

/** The standard deviation over the runs, in percent of the mean. */
function spread({ runs, value }: Measure): string | undefined {
  const sd = sampleSd(runs)
  if (sd === null || value === 0) return undefined
  const share = `±${sizeText((sd / Math.abs(value)) * 100)}`
  return `${share} over ${runs.length} runs`
}

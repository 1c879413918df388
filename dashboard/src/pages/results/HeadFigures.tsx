import { sampleSd } from '../../../../lib/statistics.ts'
import { formatPercent } from '../../lib/format.ts'
import { type Measure, measure, type ResultView } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { Figure, Figures } from '../../ui/Figures.tsx'
import { FIGURES } from './figures.ts'

/** The first numbers of a result; the first of them large. */
export function HeadFigures({ result }: { result: ResultView }) {
  const found = FIGURES.flatMap(({ name, metrics }) => {
    const one = metrics.map((metric) => measure(result, metric)).find((known) => known !== undefined)
    return one && !(one.name === 'error_rate' && one.value === 0) ? [{ name, one }] : []
  })
  if (found.length === 0) return <p>This result holds none of the usual numbers; its document is below.</p>
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

/** How far the runs lie apart. */
function spread({ runs, value }: Measure): string | undefined {
  const sd = sampleSd(runs)
  if (sd === null || value === 0) return undefined
  const share = formatPercent((sd / Math.abs(value)) * 100).replace(/^\+/, '±')
  return `${share} over ${runs.length} runs`
}

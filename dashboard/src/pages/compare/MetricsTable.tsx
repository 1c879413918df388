import { Button, VisuallyHidden } from '@mantine/core'
import { IconTrophy } from '@tabler/icons-react'
import { useState } from 'react'
import type { ComparedMetric } from '../../../../app/results/analysis-schema.ts'
import { differenceText } from '../../lib/format.ts'
import { mainMetrics, metricName } from '../../lib/metric-names.ts'
import type { ResultView } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { Change } from '../../ui/Change.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { Panel } from '../../ui/Panel.tsx'
import wide from '../../ui/wide-table.module.css'
import { ColumnHead } from './ColumnHead.tsx'
import css from './compare.module.css'

type Props = { metrics: ComparedMetric[]; results: ResultView[] }

/** Metrics side by side: value, difference from the first result, and the best. */
export function MetricsTable({ metrics, results }: Props) {
  const [all, setAll] = useState(false)
  const main = mainMetrics(metrics)
  const shown = all ? metrics : main
  return (
    <Panel title="Numbers" flush>
      {/* biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark */}
      <div className={wide.scroll} role="group" aria-label="Numbers" tabIndex={0}>
        <table className={`${wide.table} ${css.table}`}>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              {results.map((result, i) => (
                <ColumnHead key={result.id} result={result} first={i === 0} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((metric, row) => (
              <tr key={metric.name}>
                <th scope="row">{metricName(metric.name)}</th>
                {results.map(({ id }, i) => (
                  <td key={id}>
                    <Value
                      metric={metric}
                      id={id}
                      first={i === 0 ? undefined : results[0]?.id}
                      main={row === 0}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {metrics.length > main.length && (
        <div className={css.more}>
          <Button variant="subtle" onClick={() => setAll(!all)}>
            {all ? 'Main metrics only' : `All ${metrics.length} metrics`}
          </Button>
        </div>
      )}
    </Panel>
  )
}

type ValueProps = { metric: ComparedMetric; id: string; first: string | undefined; main: boolean }

function Value({ metric, id, first, main }: ValueProps) {
  const { name, better, values, best } = metric
  const { unit } = metricInfo(name)
  const value = values[id] ?? undefined
  const before = first === undefined ? undefined : (values[first] ?? undefined)
  return (
    <div className={css.value}>
      <span className={css.best}>
        {best === id && (
          <>
            <IconTrophy size={14} aria-hidden />
            <VisuallyHidden>best</VisuallyHidden>
          </>
        )}
        <Metric value={value} unit={unit} size={main ? 'large' : 'small'} />
      </span>
      {value !== undefined && before !== undefined && value !== before && (
        <span className={css.change}>
          <Difference from={before} to={value} unit={unit} />
          {before !== 0 && <Change from={before} to={value} better={better} />}
        </span>
      )}
    </div>
  )
}

/** A signed difference in the unit of the metric. */
function Difference({ from, to, unit }: { from: number; to: number; unit: string }) {
  const value = to - from
  const sign = value > 0 ? '+' : value < 0 ? '−' : '±'
  return (
    <span className={css.sub}>
      {sign}
      {differenceText(Math.abs(value), from, unit)}
    </span>
  )
}

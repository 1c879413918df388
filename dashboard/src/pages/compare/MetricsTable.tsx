import { Button, VisuallyHidden } from '@mantine/core'
import { IconTrophy } from '@tabler/icons-react'
import { useState } from 'react'
import type { ComparedMetric } from '../../../../app/results/analysis-schema.ts'
import { isFew } from '../../lib/few-samples.ts'
import { differenceText, formatPercent } from '../../lib/format.ts'
import { mainMetrics, metricName } from '../../lib/metric-names.ts'
import type { ResultView } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { Metric } from '../../ui/Metric.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import wide from '../../ui/wide-table.module.css'
import { ColumnHead } from './ColumnHead.tsx'
import css from './compare.module.css'
import type { Verdicts } from './useVerdicts.ts'

type Props = {
  metrics: ComparedMetric[]
  results: ResultView[]
  apart: Map<string, string>
  verdicts: Verdicts
}

/** Metrics side by side: value, difference from the first result, verdict, and the best beyond noise. */
export function MetricsTable({ metrics, results, apart, verdicts }: Props) {
  const [all, setAll] = useState(false)
  const main = mainMetrics(metrics)
  const shown = all ? metrics : main
  return (
    <Panel title="Numbers" flush>
      {/* biome-ignore lint/a11y/useSemanticElements: a section would be one more landmark */}
      <div className={wide.scroll} role="group" aria-label="Numbers" tabIndex={0}>
        <table className={`${wide.table} ${css.table}`}>
          <thead>
            <GroupRow verdicts={verdicts} />
            <tr>
              <th scope="col">Metric</th>
              {results.map((result, i) => (
                <ColumnHead key={result.id} result={result} apart={apart.get(result.id)} first={i === 0} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((metric, row) => (
              <tr key={metric.name}>
                <th scope="row">{metricName(metric.name)}</th>
                {results.map((result, i) => (
                  <td key={result.id}>
                    <Value
                      metric={metric}
                      result={result}
                      first={i === 0 ? undefined : results[0]?.id}
                      main={row === 0}
                      verdicts={verdicts}
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

/** The runs that count together, above their columns; not where each is on its own. */
function GroupRow({ verdicts: { base, others } }: { verdicts: Verdicts }) {
  const groups = [...(base ? [base] : []), ...others.map(({ group }) => group)]
  if (groups.every(({ ids }) => ids.length === 1)) return null
  return (
    <tr className={css.groups}>
      <td />
      {groups.map(({ key, label, ids }) => (
        <th key={key} scope="colgroup" colSpan={ids.length} title={label}>
          <span>{label}</span>
        </th>
      ))}
    </tr>
  )
}

type ValueProps = {
  metric: ComparedMetric
  result: ResultView
  first: string | undefined
  main: boolean
  verdicts: Verdicts
}

function Value({ metric, result, first, main, verdicts }: ValueProps) {
  const { name, values } = metric
  const { id } = result
  const { unit } = metricInfo(name)
  const value = values[id] ?? undefined
  const verdict = verdicts.of(name, id)
  const before = first === undefined ? undefined : (values[first] ?? undefined)
  return (
    <div className={css.value}>
      <span className={css.best}>
        {isBest(metric, id, verdicts) && (
          <>
            <IconTrophy size={14} aria-hidden />
            <VisuallyHidden>best</VisuallyHidden>
          </>
        )}
        <Metric value={value} unit={unit} size={main ? 'large' : 'small'} few={isFew(result, name)} />
      </span>
      {value !== undefined && before !== undefined && value !== before && (
        <span className={css.change}>
          <Difference from={before} to={value} unit={unit} />
        </span>
      )}
      {verdict && (
        <span title={verdict.text}>
          <StateBadge state={verdict.verdict} />
        </span>
      )}
    </div>
  )
}

/** Whether a result is the best beyond noise: judged better than the first, or first and all others judged worse. */
function isBest({ name, best, values }: ComparedMetric, id: string, { base, of }: Verdicts): boolean {
  if (best !== id) return false
  if (!base?.ids.includes(id)) return of(name, id)?.verdict === 'better'
  const others = Object.keys(values).filter((one) => !base.ids.includes(one) && values[one] !== null)
  return others.length > 0 && others.every((one) => of(name, one)?.verdict === 'worse')
}

/** A signed difference in the unit of the metric, and in percent; in percent alone where the values look the same. */
function Difference({ from, to, unit }: { from: number; to: number; unit: string }) {
  const size = differenceText(from, to, unit)
  const share = from === 0 ? '' : formatPercent(((to - from) / Math.abs(from)) * 100)
  return (
    <span className={css.sub}>
      {size}
      {size && share && ' '}
      {share && <span className={css.whole}>{size ? `(${share})` : share}</span>}
    </span>
  )
}

import { Select } from '@mantine/core'
import type { ComparedMetric } from '../../../../app/results/analysis-schema.ts'
import { sampleSd } from '../../../../lib/statistics.ts'
import { BarsChart } from '../../charts/BarsChart.tsx'
import { isFew } from '../../lib/few-samples.ts'
import { mainMetrics, metricName } from '../../lib/metric-names.ts'
import { measure, type ResultView } from '../../lib/result.ts'
import { localDay } from '../../lib/time.ts'
import { Panel } from '../../ui/Panel.tsx'
import css from './compare.module.css'

type Props = {
  metrics: ComparedMetric[]
  results: ResultView[]
  apart: Map<string, string>
  chosen: string | undefined
  onChoose(name: string | undefined): void
}

/** One metric as bars, with the standard deviation over repeated runs. */
export function CompareBars({ metrics, results, apart, chosen, onChoose }: Props) {
  const metric = metrics.find(({ name }) => name === chosen) ?? mainMetrics(metrics)[0]
  if (!metric) return null
  const sameEngine = new Set(results.map(({ engine }) => engine)).size === 1
  const data = results.flatMap((result) => {
    const value = metric.values[result.id]
    if (value === null || value === undefined) return []
    const runs = measure(result, metric.name)?.runs ?? []
    const { id, model, engine, at, imported } = result
    const sub = [
      apart.get(id),
      sameEngine && apart.get(id) ? '' : engine,
      imported && `imported from ${imported.tool}`,
      localDay(at),
    ]
      .filter(Boolean)
      .join(', ')
    const few = isFew(result, metric.name)
    return [{ key: id, name: model, sub, value, sd: sampleSd(runs) ?? undefined, count: runs.length, few }]
  })
  return (
    <Panel title="As bars">
      <div className={css.metric}>
        <Select
          label="Metric"
          data={metrics.map(({ name }) => ({ value: name, label: metricName(name) }))}
          value={metric.name}
          onChange={(name) => onChoose(name ?? undefined)}
          searchable
          allowDeselect={false}
        />
      </div>
      <BarsChart metric={metric.name} data={data} />
    </Panel>
  )
}

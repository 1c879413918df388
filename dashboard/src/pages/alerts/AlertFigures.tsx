import type { AlertDetail, AlertMetric } from '../../api/alerts.ts'
import { changeWords, intervalText, pText, withLabels } from '../../lib/changes.ts'
import { metricName } from '../../lib/metric-names.ts'
import { metricInfo } from '../../lib/units.ts'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Figure, Figures } from '../../ui/Figures.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { Panel } from '../../ui/Panel.tsx'
import css from './alerts.module.css'

const unitOf = ({ name }: Pick<AlertMetric, 'name'>) => metricInfo(name).unit

const COLUMNS: Column<AlertMetric>[] = [
  { key: 'name', header: 'Metric', cell: ({ name }) => metricName(name) },
  {
    key: 'before',
    header: 'Reference',
    numeric: true,
    cell: (one) => <Metric value={one.reference} unit={unitOf(one)} />,
  },
  {
    key: 'after',
    header: 'Now',
    numeric: true,
    cell: (one) => <Metric value={one.value} unit={unitOf(one)} />,
  },
  {
    key: 'change',
    header: 'Change',
    numeric: true,
    cell: ({ name, delta_pct }) => changeWords(name, delta_pct),
  },
  {
    key: 'interval',
    header: '95 % interval',
    numeric: true,
    cell: (one) => intervalText(one) ?? NOTHING,
  },
  { key: 'p', header: 'p', numeric: true, cell: ({ p }) => (p === null ? NOTHING : pText(p)) },
]

/** How much the metrics of an alert changed. */
export function AlertFigures({ alert }: { alert: AlertDetail }) {
  const main = alert.metrics.find(({ name }) => name === alert.metric)
  return (
    <Panel title="How much">
      {alert.reason !== '' && <p className={css.reason}>{withLabels(alert.reason)}</p>}
      {main && (
        <Figures>
          <Figure
            name={`${metricName(main.name)} now`}
            value={main.value}
            unit={unitOf(main)}
            main
            note={changeWords(main.name, main.delta_pct)}
          />
          <Figure name="Reference" value={main.reference} unit={unitOf(main)} />
          <div className={css.fact}>
            <dt>95 % interval of the change</dt>
            <dd>{intervalText(main) ?? 'needs more runs'}</dd>
          </div>
        </Figures>
      )}
      {alert.metrics.length > 1 && (
        <div className={css.metrics}>
          <DataTable
            label="Metrics that changed"
            rows={alert.metrics}
            rowKey={({ name }) => name}
            columns={COLUMNS}
          />
        </div>
      )}
    </Panel>
  )
}

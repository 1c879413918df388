import type { ResultView } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { Panel } from '../../ui/Panel.tsx'
import {
  type Distribution,
  distributionName,
  distributionsOf,
  fewSamples,
  type Stat,
} from './distributions.ts'
import css from './results.module.css'
import { Spread } from './Spread.tsx'

const COLUMNS: [Stat, string][] = [
  ['p50', 'Median'],
  ['avg', 'Mean'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['max', 'Max'],
]

/** How the requests of a result spread. */
export function Distributions({ result }: { result: ResultView }) {
  const rows = distributionsOf(result)
  if (rows.length === 0) return null
  const weak = fewSamples(result)
  const several = new Set(rows.map(({ benchmark }) => benchmark)).size > 1
  const cell = (stat: Stat) => (row: Distribution) => {
    const value = <Metric value={row.stats[stat]} unit={metricInfo(row.name).unit} />
    if (!weak.has(`${row.name}.${stat}`)) return value
    return (
      <span className={css.weak} title="Rests on too few requests to be firm">
        {value}*
      </span>
    )
  }
  return (
    <Panel title="Distributions" flush aside={weak.size > 0 && '* rests on too few requests to be firm'}>
      <DataTable
        label="Distributions"
        rows={rows}
        rowKey={({ benchmark, name }) => `${benchmark} ${name}`}
        columns={[
          {
            key: 'name',
            header: 'Metric',
            cell: ({ name, benchmark }) => (
              <span className={css.metricName}>
                {distributionName(name)}
                {several && <span className={css.sub}> {benchmark}</span>}
              </span>
            ),
          },
          { key: 'spread', header: 'From min to max', cell: ({ stats }) => <Spread stats={stats} /> },
          ...COLUMNS.map(([stat, header]) => ({ key: stat, header, numeric: true, cell: cell(stat) })),
          {
            key: 'count',
            header: 'Samples',
            numeric: true,
            cell: ({ stats }) => <Metric value={stats.count} unit="" />,
          },
        ]}
      />
    </Panel>
  )
}

import { isTooFew } from '../../lib/few-samples.ts'
import type { ResultView } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { type Distribution, distributionName, distributionsOf, type Stat } from './distributions.ts'
import css from './results.module.css'

const COLUMNS: [Stat, string][] = [
  ['p50', 'Median'],
  ['avg', 'Mean'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['max', 'Max'],
]

/** The distributions of the metrics over the requests. */
export function Distributions({ result }: { result: ResultView }) {
  const rows = distributionsOf(result)
  if (rows.length === 0) return null
  const isWeak = ({ name, stats }: Distribution, stat: Stat) => isTooFew(`${name}.${stat}`, stats.count)
  const someWeak = rows.some((row) => COLUMNS.some(([stat]) => isWeak(row, stat)))
  const several = new Set(rows.map(({ benchmark }) => benchmark)).size > 1
  const cell = (stat: Stat) => (row: Distribution) => (
    <Metric value={row.stats[stat]} unit={metricInfo(row.name).unit} few={isWeak(row, stat)} />
  )
  return (
    <Panel title="Distributions" flush aside={someWeak && '* too few requests for this percentile'}>
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

const WIDTH = 120
const HEIGHT = 14

/** A small box plot: a line from minimum to maximum, a box from the median to p95. */
function Spread({ stats }: { stats: Distribution['stats'] }) {
  const { min, max, p50, p95 } = stats
  if (min === undefined || max === undefined || p50 === undefined || max <= min) return <span>–</span>
  const x = (value: number) => ((value - min) / (max - min)) * (WIDTH - 4) + 2
  return (
    <svg className={css.spread} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden>
      <line x1={2} x2={WIDTH - 2} y1={HEIGHT / 2} y2={HEIGHT / 2} />
      {p95 !== undefined && (
        <rect x={x(p50)} width={Math.max(1, x(p95) - x(p50))} y={3} height={HEIGHT - 6} />
      )}
      <line className={css.middle} x1={x(p50)} x2={x(p50)} y1={1} y2={HEIGHT - 1} />
    </svg>
  )
}

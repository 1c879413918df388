import { plural } from '../../lib/format.ts'
import type { Measure, ResultView } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { distributionsOf } from './distributions.ts'
import { partLegacy } from './legacy-names.ts'
import css from './results.module.css'

const BENCHMARK: Column<Measure> = {
  key: 'benchmark',
  header: 'Benchmark',
  cell: ({ benchmark }) => benchmark,
}

/** More rows than this are shown in a scrolling box. */
const MANY = 24

/** The metrics that are not part of a distribution; old names of the same numbers are folded away. */
export function OtherMetrics({ result }: { result: ResultView }) {
  const spread = new Set(distributionsOf(result).map(({ name }) => name))
  const rows = result.measures.filter(
    ({ name }) => !spread.has(name.slice(0, Math.max(0, name.lastIndexOf('.')))),
  )
  const { current, legacy } = partLegacy(rows)
  if (rows.length === 0) return null
  const several = result.benchmarks.length > 1
  return (
    <Panel title="Other metrics" flush>
      {current.length > 0 && <Rows label="Other metrics" rows={current} several={several} />}
      {legacy.length > 0 && (
        <details className={css.folded}>
          <summary>{plural(legacy.length, 'metric')} under the names of KITT 1</summary>
          <Rows label="Old names" rows={legacy} several={several} />
        </details>
      )}
    </Panel>
  )
}

function Rows({ label, rows, several }: { label: string; rows: Measure[]; several: boolean }) {
  return (
    <div className={rows.length > MANY ? css.tall : ''}>
      <DataTable
        label={label}
        rows={rows}
        rowKey={({ benchmark, name }) => `${benchmark} ${name}`}
        columns={[
          { key: 'name', header: 'Metric', cell: ({ name }) => <code>{name}</code> },
          ...(several ? [BENCHMARK] : []),
          {
            key: 'value',
            header: 'Value',
            numeric: true,
            cell: ({ name, value }) => <Metric value={value} unit={metricInfo(name).unit} />,
          },
        ]}
      />
    </div>
  )
}

import type { CurvePoint } from '../lib/curve.ts'
import { isTooFew } from '../lib/few-samples.ts'
import { metricName } from '../lib/metric-names.ts'
import { metricInfo } from '../lib/units.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { Metric } from '../ui/Metric.tsx'

const COLUMNS = [
  'output_tps',
  'ttft_ms.p50',
  'ttft_ms.p99',
  'tpot_ms.p50',
  'e2e_latency_ms.p50',
  'e2e_latency_ms.p99',
]

/** The points of a sweep. */
export function CurveTable({ points }: { points: CurvePoint[] }) {
  return (
    <DataTable
      label="Points of the sweep"
      rows={points}
      rowKey={({ key }) => key}
      columns={[
        { key: 'load', header: 'Load', cell: ({ load }) => load },
        ...COLUMNS.map((name) => ({
          key: name,
          header: metricName(name),
          numeric: true,
          cell: ({ numbers }: CurvePoint) => (
            <Metric
              value={numbers.get(name)}
              unit={metricInfo(name).unit}
              few={isTooFew(name, numbers.get(name.replace(/\.p\d+$/, '.count')))}
            />
          ),
        })),
      ]}
    />
  )
}

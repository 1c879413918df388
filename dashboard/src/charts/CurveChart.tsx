import type { CurvePoint } from '../lib/curve.ts'
import { metricText } from '../lib/format.ts'
import { CurveTable } from './CurveTable.tsx'
import { PointChart } from './PointChart.tsx'
import { useHidden } from './useHidden.ts'

const SERIES = [
  ['Request latency, median', 'e2e_latency_ms.p50'],
  ['Request latency, p99', 'e2e_latency_ms.p99'],
  ['Time to first token, median', 'ttft_ms.p50'],
  ['Time to first token, p99', 'ttft_ms.p99'],
] as const

type Datum = { x: number; y: number; load: string; name: string }

/** Latency over output throughput for the points of a sweep. */
export default function CurveChart({ points }: { points: CurvePoint[] }) {
  const hidden = useHidden()
  return (
    <PointChart<Datum>
      label={`Latency (ms) over output throughput (tok/s), ${points.length} points of a sweep`}
      x={{ of: 'x', name: 'Output throughput (tok/s)' }}
      y={{ of: 'y', name: 'Latency (ms)' }}
      names={SERIES.map(([name]) => name)}
      hidden={hidden}
      series={SERIES.map(([name, metric], look) => ({
        ...{ key: name, look, line: true },
        data: dataOf(points, name, metric),
      }))}
      tip={({ name, x, y, load }) => ({
        title: name,
        lines: [metricText(y, 'ms'), `at ${metricText(x, 'tok/s')}`, load],
      })}
      table={<CurveTable points={points} />}
    />
  )
}

const dataOf = (points: CurvePoint[], name: string, metric: string): Datum[] =>
  points.flatMap(({ numbers, load }) => {
    const x = numbers.get('output_tps')
    const y = numbers.get(metric)
    return x === undefined || y === undefined ? [] : [{ x, y, load, name }]
  })

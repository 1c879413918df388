import { CartesianGrid, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from 'recharts'
import type { CurvePoint } from '../lib/curve.ts'
import { formatNumber, metricText } from '../lib/format.ts'
import { AXIS, along, below, GRID } from './axes.ts'
import { ChartFrame } from './ChartFrame.tsx'
import { CurveTable } from './CurveTable.tsx'
import { Legend } from './Legend.tsx'
import { lookOf } from './series.ts'
import { datumOf, Tip, type TipProps } from './Tip.tsx'
import { useHidden } from './useHidden.ts'

const SERIES = [
  ['Request latency, median', 'e2e_latency_ms.p50'],
  ['Request latency, p99', 'e2e_latency_ms.p99'],
  ['Time to first token, median', 'ttft_ms.p50'],
  ['Time to first token, p99', 'ttft_ms.p99'],
] as const

type Datum = { x: number; y: number; load: string; name: string }

/** Latencies over the throughput that the points of a sweep reached. */
export default function CurveChart({ points }: { points: CurvePoint[] }) {
  const { hidden, toggle } = useHidden()
  const series = SERIES.map(([name, metric]) => ({ name, data: dataOf(points, name, metric) }))
  return (
    <ChartFrame
      label={`Latency (ms) over output throughput (tok/s), ${points.length} points of a sweep`}
      height={340}
      legend={<Legend names={series.map(({ name }) => name)} hidden={hidden} onToggle={toggle} />}
      table={<CurveTable points={points} />}
    >
      <ScatterChart margin={{ left: 12, right: 16, top: 8, bottom: 20 }}>
        <CartesianGrid {...GRID} />
        <XAxis
          type="number"
          dataKey="x"
          {...AXIS}
          tickFormatter={formatNumber}
          label={below('Output throughput (tok/s)')}
        />
        <YAxis
          type="number"
          dataKey="y"
          {...AXIS}
          tickFormatter={formatNumber}
          label={along('Latency (ms)')}
          width={72}
        />
        <Tooltip
          cursor={false}
          content={(props) => {
            const datum = datumOf(props as TipProps<Datum>)
            if (!datum) return null
            const lines = [metricText(datum.y, 'ms'), `at ${metricText(datum.x, 'tok/s')}`, datum.load]
            return <Tip title={datum.name} lines={lines} />
          }}
        />
        {series.map(({ name, data }, i) => {
          const { color, shape } = lookOf(i)
          return (
            <Scatter
              key={name}
              name={name}
              data={data}
              fill={color}
              shape={shape}
              line={{ stroke: color, strokeWidth: 1.5 }}
              hide={hidden.has(name)}
              isAnimationActive={false}
            />
          )
        })}
      </ScatterChart>
    </ChartFrame>
  )
}

const dataOf = (points: CurvePoint[], name: string, metric: string): Datum[] =>
  points.flatMap(({ numbers, load }) => {
    const x = numbers.get('output_tps')
    const y = numbers.get(metric)
    return x === undefined || y === undefined ? [] : [{ x, y, load, name }]
  })

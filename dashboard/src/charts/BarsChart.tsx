import { Bar, BarChart, CartesianGrid, Cell, ErrorBar, Tooltip, XAxis, YAxis } from 'recharts'
import { FEW_TEXT } from '../lib/few-samples.ts'
import { formatNumber, metricText } from '../lib/format.ts'
import { metricInfo } from '../lib/units.ts'
import common from '../ui/common.module.css'
import { DataTable } from '../ui/DataTable.tsx'
import { Metric } from '../ui/Metric.tsx'
import { AXIS, axisName, GRID } from './axes.ts'
import { ChartFrame } from './ChartFrame.tsx'
import { NameTick, type TickProps, useNameWidth, useValueLabel } from './NameTick.tsx'
import { lookOf } from './series.ts'
import { datumOf, Tip, type TipProps } from './Tip.tsx'

/** One bar: a value, or the mean of several with their standard deviation and count. */
export type BarDatum = {
  key: string
  name: string
  sub?: string
  value: number
  sd: number | undefined
  count: number
  /** Whether the value is a percentile of too few requests. */
  few?: boolean
}

/** The length of the error bar down and up, none for a single run; values are never negative. */
const reach = ({ value, sd }: BarDatum) => (sd === undefined ? undefined : [Math.min(sd, value), sd])

const fullName = ({ name, sub }: BarDatum) => (sub ? `${name}, ${sub}` : name)

/** Values of one metric side by side, with their spread. */
export function BarsChart({ metric, data }: { metric: string; data: BarDatum[] }) {
  const { unit } = metricInfo(metric)
  const width = useNameWidth(data)
  const label = useValueLabel(axisName(metric))
  const text = (value: number) => metricText(value, unit)
  const spread = ({ sd, count }: BarDatum) =>
    sd === undefined || count < 2 ? 'one run' : `± ${text(sd)} over ${count}`
  return (
    <ChartFrame
      label={`${axisName(metric)} as bars: ${data.map((one) => `${fullName(one)} ${text(one.value)}`).join('; ')}`}
      height={64 + data.length * 38}
      title={axisName(metric)}
      sheet={() => ({
        columns: ['name', 'about', metric, 'standard deviation', 'runs'],
        rows: data.map(({ name, sub, value, sd, count }) => [name, sub, value, sd, count]),
      })}
      table={
        <DataTable
          label={axisName(metric)}
          rows={data}
          rowKey={({ key }) => key}
          columns={[
            { key: 'name', header: 'Name', cell: (one) => <NameCell of={one} /> },
            {
              key: 'value',
              header: axisName(metric),
              numeric: true,
              cell: ({ value, few = false }) => <Metric value={value} unit={unit} few={few} />,
            },
            { key: 'spread', header: 'Spread', numeric: true, cell: spread },
          ]}
        />
      }
    >
      <BarChart data={data} layout="vertical" margin={{ left: 8, right: 24, bottom: 20, top: 4 }}>
        <CartesianGrid {...GRID} horizontal={false} />
        <XAxis
          type="number"
          interval="equidistantPreserveStart"
          domain={[0, 'auto']}
          {...AXIS}
          tickFormatter={formatNumber}
          label={label}
        />
        <YAxis
          type="category"
          dataKey="key"
          width={width}
          {...AXIS}
          tick={(props) => {
            const { payload } = props as TickProps
            const datum = data.find(({ key }) => key === payload.value)
            return datum ? (
              <NameTick {...(props as TickProps)} width={width} name={datum.name} sub={datum.sub} />
            ) : (
              <g />
            )
          }}
        />
        <Tooltip
          cursor={{ fill: 'var(--raised)' }}
          content={(props) => {
            const datum = datumOf(props as TipProps<BarDatum>)
            if (!datum) return null
            const about = datum.sub ? [datum.sub] : []
            const lines = [...about, text(datum.value), spread(datum), ...(datum.few ? [FEW_TEXT] : [])]
            return <Tip title={datum.name} lines={lines} />
          }}
        />
        <Bar dataKey="value" barSize={20} isAnimationActive={false}>
          {data.map(({ key }, i) => (
            <Cell key={key} fill={lookOf(i).color} />
          ))}
          <ErrorBar
            dataKey={reach as (datum: BarDatum) => [number, number]}
            width={6}
            stroke="var(--text)"
            strokeWidth={1.5}
            direction="x"
          />
        </Bar>
      </BarChart>
    </ChartFrame>
  )
}

function NameCell({ of: { name, sub } }: { of: BarDatum }) {
  return (
    <div>
      {name}
      {sub && <div className={common.sub}>{sub}</div>}
    </div>
  )
}

import { Bar, BarChart, CartesianGrid, Cell, Tooltip, XAxis, YAxis } from 'recharts'
import { formatNumber, metricText, plural } from '../lib/format.ts'
import { metricInfo } from '../lib/units.ts'
import { DataTable } from '../ui/DataTable.tsx'
import { AXIS, axisName, GRID } from './axes.ts'
import { ChartFrame } from './ChartFrame.tsx'
import { NameTick, type TickProps, useNameWidth, useValueLabel } from './NameTick.tsx'
import { lookOf } from './series.ts'
import { datumOf, Tip, type TipProps } from './Tip.tsx'

/** The medians of the setups of a group: the lowest and the highest. */
export type RangeDatum = {
  name: string
  low: number
  high: number
  setups: number
  results: number
  /** The index of its colour in the other charts of the page; -1 for none. */
  look: number
}

const range = ({ low, high }: RangeDatum): [number, number] => [low, high]

/** Groups as bars from their lowest setup to their highest: nothing is averaged over setups. */
export function RangesChart({ metric, data }: { metric: string; data: RangeDatum[] }) {
  const { unit } = metricInfo(metric)
  const text = ({ low, high }: RangeDatum) =>
    low === high ? metricText(low, unit) : `${formatNumber(low)} to ${metricText(high, unit)}`
  const over = ({ setups, results }: RangeDatum) => `${plural(setups, 'setup')}, ${plural(results, 'result')}`
  const width = useNameWidth(data.map((one) => ({ name: one.name, sub: over(one) })))
  const label = useValueLabel(axisName(metric))
  return (
    <ChartFrame
      label={`${axisName(metric)}, medians of the setups: ${data.map((one) => `${one.name} ${text(one)}`).join('; ')}`}
      height={64 + data.length * 38}
      title={axisName(metric)}
      sheet={() => ({
        columns: ['name', `${metric} (lowest)`, `${metric} (highest)`, 'setups', 'results'],
        rows: data.map(({ name, low, high, setups, results }) => [name, low, high, setups, results]),
      })}
      table={
        <DataTable
          label={axisName(metric)}
          rows={data}
          rowKey={({ name }) => name}
          columns={[
            { key: 'name', header: 'Name', cell: ({ name }) => name },
            { key: 'value', header: axisName(metric), numeric: true, cell: text },
            { key: 'over', header: 'Over', numeric: true, cell: over },
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
          dataKey="name"
          width={width}
          {...AXIS}
          tick={(props) => {
            const { payload } = props as TickProps
            const datum = data.find(({ name }) => name === payload.value)
            return (
              <NameTick
                {...(props as TickProps)}
                width={width}
                name={payload.value}
                sub={datum && over(datum)}
              />
            )
          }}
        />
        <Tooltip
          cursor={{ fill: 'var(--raised)' }}
          content={(props) => {
            const datum = datumOf(props as TipProps<RangeDatum>)
            return datum ? <Tip title={datum.name} lines={[text(datum), over(datum)]} /> : null
          }}
        />
        <Bar dataKey={range} barSize={20} minPointSize={4} isAnimationActive={false}>
          {data.map(({ name, look }) => (
            <Cell key={name} fill={look === -1 ? 'var(--dim)' : lookOf(look).color} />
          ))}
        </Bar>
      </BarChart>
    </ChartFrame>
  )
}

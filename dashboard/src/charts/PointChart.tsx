import type { ReactNode } from 'react'
import { CartesianGrid, Scatter, ScatterChart, Tooltip, XAxis, YAxis } from 'recharts'
import { formatNumber } from '../lib/format.ts'
import type { Sheet } from '../lib/sheet.ts'
import { AXIS, along, below, GRID } from './axes.ts'
import { ChartFrame } from './ChartFrame.tsx'
import { Legend } from './Legend.tsx'
import { lookOf } from './series.ts'
import { datumOf, Tip, type TipProps } from './Tip.tsx'
import type { Hidden } from './useHidden.ts'

type Axis<T> = { of: keyof T & string; name: string; domain?: [number, number]; tick?(value: number): string }
/** Points with the colour and mark of `names[look]`; `line` connects them in order. */
export type PointSeries<T> = { key: string; look: number; data: T[]; line?: boolean }

type Props<T> = {
  label: string
  x: Axis<T>
  y: Axis<T>
  /** The names in the legend. */
  names: string[]
  hidden: Hidden
  series: PointSeries<T>[]
  tip(datum: T): { title: string; lines: string[] }
  onPick?(datum: T): void
  table: ReactNode
  /** Drawn under the points. */
  under?: ReactNode
}

/** A scatter chart with a legend that hides series and a tooltip for each point. */
export function PointChart<T extends object>(props: Props<T>) {
  const { label, x, y, names, hidden, series, tip, onPick, table, under } = props
  return (
    <ChartFrame
      label={label}
      height={360}
      legend={<Legend names={names} {...hidden} />}
      table={table}
      title={`${y.name} over ${x.name}`}
      sheet={() => sheetOf(props)}
    >
      <ScatterChart margin={{ left: 12, right: 16, top: 8, bottom: 20 }}>
        <CartesianGrid {...GRID} />
        <XAxis
          type="number"
          dataKey={x.of as string}
          {...(x.domain ? { domain: x.domain, tickCount: 7 } : {})}
          {...AXIS}
          tickFormatter={x.tick ?? formatNumber}
          label={below(x.name)}
        />
        <YAxis
          type="number"
          dataKey={y.of as string}
          {...AXIS}
          tickFormatter={y.tick ?? formatNumber}
          label={along(y.name)}
          width={72}
        />
        <Tooltip
          cursor={false}
          content={(given) => {
            const datum = datumOf(given as TipProps<T>)
            return datum ? <Tip {...tip(datum)} /> : null
          }}
        />
        {under}
        {series.map(({ key, look, data, line }) => {
          const { color, shape } = lookOf(look)
          return (
            <Scatter
              key={key}
              name={names[look] ?? ''}
              data={data}
              fill={color}
              fillOpacity={0.85}
              shape={shape}
              {...(line ? { line: { stroke: color, strokeWidth: 1.5 } } : {})}
              hide={hidden.hidden.has(names[look] ?? '')}
              isAnimationActive={false}
              onClick={(point: { payload?: T }) => point.payload && onPick?.(point.payload)}
            />
          )
        })}
      </ScatterChart>
    </ChartFrame>
  )
}

/** The points that are not hidden, with the id of their result where they have one. */
function sheetOf<T extends object>({ x, y, names, series, hidden }: Props<T>): Sheet {
  const valueAt = (datum: T, { of }: Axis<T>) => {
    const value = datum[of]
    return of === 'at' && typeof value === 'number' ? new Date(value).toISOString() : Number(value)
  }
  return {
    columns: ['series', x.name, y.name, 'result_id'],
    rows: series
      .filter(({ look }) => !hidden.hidden.has(names[look] ?? ''))
      .flatMap(({ look, data }) =>
        data.map((datum) => {
          const { id } = datum as { id?: unknown }
          return [names[look] ?? '', valueAt(datum, x), valueAt(datum, y), typeof id === 'string' ? id : null]
        }),
      ),
  }
}

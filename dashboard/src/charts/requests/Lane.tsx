import { formatNumber } from '../../lib/format.ts'
import type { Telemetry } from '../../lib/kept-requests.ts'
import { lookOf } from '../series.ts'
import css from './requests.module.css'

/** Left of the time axis are the names and numbers of the lanes. */
export const LEFT = 64

/** Where a time of a run, in ms, stands in every lane. */
export type Scale = { width: number; end: number; x(ms: number): number; ticks: number[] }

const HEIGHT = 56
const TOP = 18

/** One reading over time: a line for each GPU, or an area. */
export function Lane({ reading, scale, area }: { reading: Telemetry; scale: Scale; area?: boolean }) {
  const { name, unit, at, lines } = reading
  const all = lines.flat().filter((value) => value !== null)
  const high = Math.max(...all, 0)
  const top = high > 0 ? high * 1.1 : 1
  const y = (value: number) => TOP + (1 - value / top) * (HEIGHT - TOP - 2)
  const most = `${formatNumber(Number(high.toPrecision(3)))}${unit ? ` ${unit}` : ''}`
  return (
    <svg
      className={css.lane}
      width={scale.width}
      height={HEIGHT}
      role="img"
      aria-label={`${name} over time, at most ${most}`}
    >
      <Grid scale={scale} height={HEIGHT} />
      <text className={css.name} x={LEFT} y={12}>
        {name}
        {unit && ` (${unit})`}
      </text>
      <text className={css.tick} x={LEFT - 6} y={y(high) + 4} textAnchor="end">
        {formatNumber(Number(high.toPrecision(3)))}
      </text>
      <text className={css.tick} x={LEFT - 6} y={HEIGHT - 2} textAnchor="end">
        0
      </text>
      {lines.map((values, i) => (
        <g key={`${name} ${String(i)}`}>
          {area && (
            <polygon
              className={css.area}
              points={`${LEFT},${HEIGHT - 2} ${pointsOf(at, values, scale, y)} ${scale.x(at.at(-1) ?? 0)},${HEIGHT - 2}`}
            />
          )}
          <polyline
            className={css.line}
            style={{ stroke: lookOf(i).color }}
            points={pointsOf(at, values, scale, y)}
          />
        </g>
      ))}
    </svg>
  )
}

const pointsOf = (
  at: readonly number[],
  values: readonly (number | null)[],
  { x, end }: Scale,
  y: (value: number) => number,
) =>
  at
    .flatMap((ms, i) => {
      const value = values[i]
      const isShown = value !== null && value !== undefined && ms >= 0 && ms <= end
      return isShown ? `${x(ms).toFixed(1)},${y(value).toFixed(1)}` : []
    })
    .join(' ')

/** Lines at the ticks of the time axis. */
export const Grid = ({ scale, height }: { scale: Scale; height: number }) => (
  <>
    {scale.ticks.map((ms) => (
      <line key={ms} className={css.grid} x1={scale.x(ms)} x2={scale.x(ms)} y1={0} y2={height} />
    ))}
  </>
)

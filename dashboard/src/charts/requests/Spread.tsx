import { useRef } from 'react'
import { percentile } from '../../../../lib/statistics.ts'
import { formatNumber, metricText, plural } from '../../lib/format.ts'
import { histogramOf, ticksOf } from '../../lib/histogram.ts'
import { useWidth } from '../useWidth.ts'
import css from './requests.module.css'

const HEIGHT = 220
const [LEFT, RIGHT, TOP, BOTTOM] = [52, 48, 10, 40]
const MARKS = [50, 95] as const

/** The values of some requests as a histogram, and the share of them up to each value as a line. */
export function Spread({ name, unit, values }: { name: string; unit: string; values: readonly number[] }) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const sorted = [...values].sort((a, b) => a - b)
  const bins = histogramOf(sorted)
  const [low, high] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1]
  const most = Math.max(1, ...bins.map(({ count }) => count))
  const x = (value: number) =>
    LEFT + (high > low ? (value - low) / (high - low) : 0.5) * Math.max(1, width - LEFT - RIGHT)
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)
  const marks = MARKS.map((percent) => ({ percent, value: percentile(sorted, percent) }))
  const told = marks.map(({ percent, value }) => `p${percent} ${metricText(value, unit)}`).join(', ')
  const steps = sorted.map((value, i) => `${x(value).toFixed(1)},${y((i + 1) / sorted.length).toFixed(1)}`)
  return (
    <div ref={box} className={css.spread}>
      {width > 0 && (
        <svg
          width={width}
          height={HEIGHT}
          role="img"
          aria-label={`${name} of ${plural(values.length, 'request')}: ${told}`}
        >
          {bins.map(({ from, to, count }) => (
            <rect
              key={from}
              className={css.bin}
              x={x(from) + 0.5}
              y={y(count / most)}
              width={Math.max(1, x(to) - x(from) - 1)}
              height={HEIGHT - BOTTOM - y(count / most)}
            >
              <title>{`${metricText(from, unit)} to ${metricText(to, unit)}: ${plural(count, 'request')}`}</title>
            </rect>
          ))}
          <polyline className={css.share} points={[`${x(sorted[0] ?? 0)},${y(0)}`, ...steps].join(' ')} />
          {marks.map(({ percent, value }) => (
            <g key={percent}>
              <line className={css.markLine} x1={x(value)} x2={x(value)} y1={TOP} y2={HEIGHT - BOTTOM} />
              <text className={css.mark} x={x(value) + 3} y={TOP + (percent === 50 ? 10 : 24)}>
                p{percent}
              </text>
            </g>
          ))}
          <line className={css.axis} x1={LEFT} x2={width - RIGHT} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
          {ticksOf(low, high, Math.max(3, Math.floor(width / 100))).map((value) => (
            <text key={value} className={css.tick} x={x(value)} y={HEIGHT - BOTTOM + 14} textAnchor="middle">
              {formatNumber(value)}
            </text>
          ))}
          {[...new Set([0, Math.round(most / 2), most])].map((count) => (
            <text key={count} className={css.tick} x={LEFT - 6} y={y(count / most) + 4} textAnchor="end">
              {formatNumber(count)}
            </text>
          ))}
          {[0, 0.5, 1].map((share) => (
            <text key={share} className={css.tick} x={width - RIGHT + 6} y={y(share) + 4}>
              {share * 100} %
            </text>
          ))}
          <text className={css.tick} x={(LEFT + width - RIGHT) / 2} y={HEIGHT - 6} textAnchor="middle">
            {name} ({unit}){width > 560 && '; bars: requests, line: share up to there'}
          </text>
        </svg>
      )}
    </div>
  )
}

import type { Distribution } from './distributions.ts'
import css from './results.module.css'

const WIDTH = 120
const HEIGHT = 14

/** A distribution at a glance: a line from the least to the most, a box from the median to p95. */
export function Spread({ stats }: { stats: Distribution['stats'] }) {
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

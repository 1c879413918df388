import css from './charts.module.css'

type Props = {
  /** In order; at least two. */
  values: readonly number[]
  /** The noise band, low and high. */
  band: readonly [number, number] | undefined
  /** For screen readers. */
  label: string
  tone: 'bad' | 'ok' | 'plain'
}

const WIDTH = 120
const HEIGHT = 28
const EDGE = 3

/** A small line of the last values over the noise band, with the last value as a dot. */
export function Spark({ values, band, label, tone }: Props) {
  const all = band ? [...values, ...band] : values
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const x = (i: number) => EDGE + (i / Math.max(1, values.length - 1)) * (WIDTH - 2 * EDGE)
  const y = (value: number) =>
    high === low ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) / (high - low)) * (HEIGHT - 2 * EDGE)
  const line = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  const last = values.at(-1) ?? 0
  return (
    <svg className={css.spark} width={WIDTH} height={HEIGHT} role="img" aria-label={label} data-tone={tone}>
      {band && (
        <rect
          className={css.sparkBand}
          x={0}
          width={WIDTH}
          y={y(band[1])}
          height={Math.max(2, y(band[0]) - y(band[1]))}
        />
      )}
      <polyline points={line} />
      <circle cx={x(values.length - 1)} cy={y(last)} r={2.5} />
    </svg>
  )
}

import { fieldName } from '../../lib/changes.ts'
import type { Lane } from '../../lib/series.ts'
import { MAX_SERIES } from '../series.ts'
import type { Frame, Range } from './SeriesPlot.tsx'
import css from './series.module.css'

/** What changed in the environment, one lane a field, on the time axis of the plot above. */
export function Lanes({ lanes, range, frame }: { lanes: readonly Lane[]; range: Range; frame: Frame }) {
  if (lanes.length === 0) return null
  const [from, to] = range
  const place = (at: number) => ((at - from) / (to - from)) * 100
  return (
    <ul className={css.lanes} aria-label="Environment over time">
      {lanes.map(({ field, spans }) => (
        <li key={field}>
          <span className={css.laneName} style={{ width: frame.left - 8 }} title={fieldName(field)}>
            {fieldName(field)}
          </span>
          <span className={css.lane} style={{ left: frame.left, width: frame.width }}>
            {spans.map(({ from: start, to: end, text, look }) => {
              const [a, b] = [Math.max(0, place(start)), Math.min(100, place(end))]
              return (
                b > a && (
                  <span
                    key={start}
                    className={css.span}
                    data-look={look % MAX_SERIES}
                    style={{ left: `${a}%`, width: `${b - a}%` }}
                    title={`${fieldName(field)} ${text}`}
                  >
                    {text}
                  </span>
                )
              )
            })}
          </span>
        </li>
      ))}
    </ul>
  )
}

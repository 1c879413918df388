import type { Series } from '../../api/setups.ts'
import { changedLine, changeWords } from '../../lib/changes.ts'
import { Time } from '../../ui/Time.tsx'
import css from './setups.module.css'

/** Where a series changed, with the numbers of the marks in the chart, newest first. */
export function ChangesList({ series }: { series: Series }) {
  const { marks, metric } = series
  if (marks.length === 0) return null
  return (
    <ol className={css.changes} aria-label="Where it changed">
      {marks
        .map((mark, i) => ({ ...mark, number: i + 1 }))
        .reverse()
        .map(({ at, number, delta_pct, differs }) => (
          <li key={`${at} ${number}`}>
            <b className={css.number}>{number}</b>
            <span>
              {changeWords(metric, delta_pct)} since <Time at={at} full />
              {differs.length > 0
                ? `: ${changedLine(differs, 4)}`
                : '; nothing that is recorded changed there'}
            </span>
          </li>
        ))}
    </ol>
  )
}

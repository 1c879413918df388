import { plural } from '../../lib/format.ts'
import css from './charts-page.module.css'
import type { Measured } from './useMeasured.ts'

/** Says so where a chart does not show all there is. */
export function Newest({ data }: { data: Measured | undefined }) {
  if (!data || data.total <= data.results.length) return null
  return (
    <span className={css.note}>
      the newest {plural(data.results.length, 'result')} of {plural(data.total, 'result')}: filters show older
      ones
    </span>
  )
}

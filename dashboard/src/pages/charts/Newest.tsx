import { plural } from '../../lib/format.ts'
import common from '../../ui/common.module.css'
import type { Measured } from './useMeasured.ts'

/** A note that a chart shows only the newest results. */
export function Newest({ data }: { data: Measured | undefined }) {
  if (!data || data.total <= data.results.length) return null
  return (
    <span className={common.sub}>
      the newest {plural(data.results.length, 'result')} of {plural(data.total, 'result')}: use filters for
      older ones
    </span>
  )
}

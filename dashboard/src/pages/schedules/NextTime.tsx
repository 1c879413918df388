import { ownZone, readsAsHere, timeIn } from '../../lib/zones.ts'
import common from '../../ui/common.module.css'

/** A time in the zone of a schedule and, if it differs, in that of the reader. */
export function NextTime({ at, timezone }: { at: string; timezone: string }) {
  const time = Date.parse(at)
  return (
    <time dateTime={at}>
      {timeIn(time, timezone)}
      {!readsAsHere(time, timezone) && (
        <div className={common.sub}>
          {timeIn(time, ownZone())} in {ownZone()}
        </div>
      )}
    </time>
  )
}

import type { PointerEvent } from 'react'
import { fromNow, localTime, utcTime } from '../lib/time.ts'
import { useNow } from './useNow.ts'

/** A time as `3 min ago`, or in full; on hover in local time and UTC. */
export function Time({ at, full }: { at: string | number | null | undefined; full?: boolean }) {
  const now = useNow()
  const time = typeof at === 'string' ? Date.parse(at) : at
  if (time === null || time === undefined || Number.isNaN(time)) return <span>–</span>
  const inFull = ({ currentTarget }: PointerEvent<HTMLElement>) => {
    currentTarget.title = `${localTime(time)} · ${utcTime(time)}`
  }
  return (
    <time dateTime={new Date(time).toISOString()} onPointerEnter={inFull}>
      {full ? localTime(time) : fromNow(time, now)}
    </time>
  )
}

import { Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { isSignedIn, useAccess } from '../../api/access.ts'
import { previewQuery } from '../../api/schedules.ts'
import { ownZone, timeZones } from '../../lib/zones.ts'
import common from '../../ui/common.module.css'
import { problemText } from '../../ui/problem.ts'
import { useTyped } from '../../ui/useTyped.ts'
import { NextTime } from './NextTime.tsx'
import css from './schedules.module.css'
import type { ScheduleForm } from './useScheduleForm.ts'

const PRESETS = [
  { value: '0 2 * * *', label: 'Every night at 02:00' },
  { value: '0 2 * * MON-FRI', label: 'On weekdays at 02:00' },
  { value: '0 2 * * SUN', label: 'Every Sunday at 02:00' },
  { value: '0 * * * *', label: 'Every hour' },
]
const OWN = { value: 'own', label: 'Another calendar' }

type Props = { form: ScheduleForm; change(next: Partial<ScheduleForm>): void }

/** When a schedule runs: a usual calendar or a cron expression, the zone, and the next times. */
export function CalendarFields({ form, change }: Props) {
  const zones = useMemo(timeZones, [])
  const { cron, timezone } = form
  const isUsual = PRESETS.some(({ value }) => value === cron)
  const [isOwn, setOwn] = useState(!isUsual)
  const { text, type } = useTyped(cron, (next) => change({ cron: next }))
  const choose = (value: string | null) => {
    setOwn(value === OWN.value)
    if (value && value !== OWN.value) change({ cron: value })
  }
  return (
    <div className={common.stack}>
      <div className={css.row}>
        <Select
          label="When"
          data={[...PRESETS, OWN]}
          value={isOwn || !isUsual ? OWN.value : cron}
          onChange={choose}
          allowDeselect={false}
        />
        {(isOwn || !isUsual) && (
          <TextInput
            label="Cron expression"
            description="Minute, hour, day of month, month, day of week."
            value={text}
            onChange={(event) => type(event.currentTarget.value)}
            spellCheck={false}
          />
        )}
        <Select
          label="Time zone"
          data={zones.includes(timezone) ? zones : [timezone, ...zones]}
          value={timezone}
          onChange={(zone) => change({ timezone: zone ?? ownZone() })}
          searchable
          limit={50}
          allowDeselect={false}
        />
      </div>
      <Preview cron={cron} timezone={timezone} />
    </div>
  )
}

/** The next five times, or what is wrong with the calendar. */
function Preview({ cron, timezone }: { cron: string; timezone: string }) {
  const mayAsk = isSignedIn(useAccess())
  const { data, error } = useQuery(previewQuery(cron, timezone, mayAsk))
  return (
    <div className={css.preview} role="status">
      {error && <p className={common.problem}>{problemText(error)}</p>}
      {!error && data && (
        <>
          <p>
            Runs <b>{data.when}</b>. Next:
          </p>
          <ol className={css.times}>
            {data.next.map((at) => (
              <li key={at}>
                <NextTime at={at} timezone={timezone} />
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  )
}

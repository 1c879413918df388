import { Link } from '@tanstack/react-router'
import type { Schedule } from '../../api/schedules.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { NextTime } from './NextTime.tsx'
import { RunBadges } from './RunBadges.tsx'
import css from './schedules.module.css'

const COLUMNS: Column<Schedule>[] = [
  {
    key: 'name',
    header: 'Name',
    cell: ({ id, name, when, timezone }) => (
      <div>
        <Link to="/schedules/$id" params={{ id }} className={common.name ?? ''}>
          {name}
        </Link>
        <div className={common.sub}>
          {when}, {timezone}
        </div>
      </div>
    ),
  },
  {
    key: 'next',
    header: 'Next',
    cell: ({ enabled, next_at, timezone }) => {
      if (!enabled) return <StateBadge state="drained" word="paused" />
      return next_at === null ? NOTHING : <NextTime at={next_at} timezone={timezone} />
    },
  },
  {
    key: 'last',
    header: 'Last runs',
    cell: ({ recent }) =>
      recent.length === 0 ? (
        NOTHING
      ) : (
        <ol className={css.recent}>
          {recent.slice(0, 3).map((run) => (
            <li key={run.due_at}>
              <RunBadges run={run} />
              <span className={common.sub}>
                <Time at={run.due_at} />
              </span>
            </li>
          ))}
        </ol>
      ),
  },
]

/** Schedules with their next time and last runs. */
export const SchedulesTable = ({ schedules }: { schedules: Schedule[] }) => (
  <DataTable label="Schedules" rows={schedules} rowKey={({ id }) => id} columns={COLUMNS} />
)

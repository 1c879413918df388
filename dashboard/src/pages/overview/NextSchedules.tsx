import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { nextSchedulesQuery } from '../../api/schedules.ts'
import { Panel } from '../../ui/Panel.tsx'
import { NextTime } from '../schedules/NextTime.tsx'
import css from './overview.module.css'

const SHOWN = 3

/** The schedules that run next, if any is due. */
export function NextSchedules() {
  const next = useQuery(nextSchedulesQuery(SHOWN)).data ?? []
  if (next.length === 0) return null
  return (
    <Panel title="Next schedules" flush aside={<Link to="/schedules">All schedules</Link>}>
      <ul className={css.next}>
        {next.map(({ id, name, when, next_at, timezone }) => (
          <li key={id}>
            <Link to="/schedules/$id" params={{ id }}>
              {name}
            </Link>
            <span className={css.often}>{when}</span>
            <span className={css.when}>{next_at && <NextTime at={next_at} timezone={timezone} />}</span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

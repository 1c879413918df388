import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ScheduleDetail, scheduleQuery } from '../../api/schedules.ts'
import { plural } from '../../lib/format.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Facts } from '../../ui/Facts.tsx'
import { JsonFold } from '../../ui/Fold.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { NextTime } from './NextTime.tsx'
import { ScheduleActions } from './ScheduleActions.tsx'
import { ScheduleRuns } from './ScheduleRuns.tsx'
import css from './schedules.module.css'

const route = getRouteApi('/schedules/$id')

/** One schedule: its next times, last runs and campaign. */
export function SchedulePage() {
  const { id } = route.useParams()
  const schedule = useQuery(scheduleQuery(id))
  const { data } = schedule
  return (
    <Page
      title={data?.name ?? 'Schedule'}
      above={<Link to="/schedules">Schedules</Link>}
      beside={data && !data.enabled && <StateBadge state="drained" word="paused" />}
      lead={data && `${data.when}, ${data.timezone}`}
      actions={data && <ScheduleActions schedule={data} />}
    >
      <Loaded query={schedule} lines={8} height={32}>
        {(one) => (
          <>
            <Panel title="Last runs" flush>
              {one.runs.length === 0 ? (
                <Empty title="No run yet.">
                  {one.enabled ? 'The first one comes at its next time.' : ''}
                </Empty>
              ) : (
                <ScheduleRuns runs={one.runs} />
              )}
            </Panel>
            <Panel title="Next times">
              {one.next.length === 0 ? (
                <p>{one.enabled ? 'Its calendar has no further time.' : 'None while it is paused.'}</p>
              ) : (
                <ol className={css.times}>
                  {one.next.map((at) => (
                    <li key={at}>
                      <NextTime at={at} timezone={one.timezone} />
                    </li>
                  ))}
                </ol>
              )}
            </Panel>
            <ScheduleFacts schedule={one} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function ScheduleFacts({ schedule }: { schedule: ScheduleDetail }) {
  const { cron, timezone, overlap, missed, jitter_s, grace_h, campaign, id, created_at } = schedule
  return (
    <Panel title="Details">
      <Facts
        facts={[
          ['Calendar', <code key="c">{cron}</code>],
          ['Time zone', timezone],
          ['While the run before goes on', overlap === 'skip' ? 'the next is skipped' : 'the next waits'],
          ['After the server was off', missed === 'run_once' ? 'runs once' : 'waits for the next time'],
          ['Begins', jitter_s > 0 ? `up to ${plural(jitter_s, 'second')} later` : 'on time'],
          ['A result is missing', `after ${plural(grace_h, 'hour')}`],
          ['Created', <Time key="t" at={created_at} full />],
          ['Id', <code key="i">{id}</code>],
        ]}
      />
      <JsonFold title="Campaign" value={campaign} />
    </Panel>
  )
}

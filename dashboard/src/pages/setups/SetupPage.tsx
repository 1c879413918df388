import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type SetupDetail, setupQuery } from '../../api/setups.ts'
import { plural, unitsKept } from '../../lib/format.ts'
import common from '../../ui/common.module.css'
import { Loaded } from '../../ui/Loaded.tsx'
import { Simulated } from '../../ui/Marks.tsx'
import { Page } from '../../ui/Page.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { RulePanel } from './RulePanel.tsx'
import { SegmentsPanel } from './SegmentsPanel.tsx'
import { SeriesPanel } from './SeriesPanel.tsx'
import { SetupAlerts } from './SetupAlerts.tsx'
import { SetupKey } from './SetupKey.tsx'

const route = getRouteApi('/setups/$id')

/** One setup: its series, alerts, segments, rule and key. */
export function SetupPage() {
  const { id } = route.useParams()
  const setup = useQuery(setupQuery(id))
  const { data } = setup
  return (
    <Page
      title={data?.model ?? 'Setup'}
      above={<Link to="/setups">Setups</Link>}
      beside={
        data && (
          <>
            <span role="status">
              <StateBadge state={data.state} />
            </span>
            {data.simulated && <Simulated />}
          </>
        )
      }
      lead={data && <Lead setup={data} />}
    >
      <Loaded query={setup} lines={10} height={30}>
        {(one) => (
          <div className={common.stack}>
            <SetupAlerts setup={one} />
            <SeriesPanel setup={one} />
            <SegmentsPanel setup={one} />
            <div className={common.columns}>
              <RulePanel setup={one} />
              <SetupKey setup={one} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Lead({ setup }: { setup: SetupDetail }) {
  const { engine, hardware, benchmark, load, runs, last_at, partial } = setup
  return (
    <>
      {unitsKept([`${benchmark} on ${engine}`, hardware, load].filter(Boolean).join(', '))}.{' '}
      {plural(runs, 'run')}, the last <Time at={last_at} />.
      {partial && ' Its results do not say all that was measured, so that it raises no alerts.'}
    </>
  )
}

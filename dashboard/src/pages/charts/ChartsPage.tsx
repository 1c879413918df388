import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useAccess } from '../../api/access.ts'
import { Lines } from '../../ui/Lines.tsx'
import { NeedsToken } from '../../ui/NeedsToken.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { ChartFilters } from './ChartFilters.tsx'
import css from './charts-page.module.css'
import { spanOf } from './charts-search.ts'
import { GroupBars } from './GroupBars.tsx'
import { OverTime } from './OverTime.tsx'
import { ParetoScatter } from './ParetoScatter.tsx'

const route = getRouteApi('/charts')

/** A metric over time, by group, and what throughput costs in speed per user. */
export function ChartsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const access = useAccess()
  const [now] = useState(Date.now)
  const span = spanOf(search.days, now)
  const change = (next: typeof search) => void navigate({ search: (before) => ({ ...before, ...next }) })
  return (
    <Page title="Charts">
      <ChartFilters search={search} onChange={change} />
      {access === undefined && <Lines n={8} height={28} />}
      {(access === 'none' || access === 'wrong') && (
        <Panel title="Over time">
          <NeedsToken to="see how a metric went over time" />
        </Panel>
      )}
      {access === 'full' && (
        <div className={css.stack}>
          <OverTime search={search} span={span} />
          <GroupBars search={search} span={span} />
        </div>
      )}
      <ParetoScatter search={search} span={span} />
    </Page>
  )
}

import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { largestGroups } from '../../charts/series.ts'
import { Page } from '../../ui/Page.tsx'
import { ChartFilters } from './ChartFilters.tsx'
import { spanOf } from './charts-search.ts'
import { GroupBars } from './GroupBars.tsx'
import { OverTime } from './OverTime.tsx'
import { ParetoScatter } from './ParetoScatter.tsx'
import { useGroupOf } from './useGroupName.ts'
import { useMeasured } from './useMeasured.ts'

const route = getRouteApi('/charts')

/** A metric over time, its range by group, and total throughput over throughput per user. */
export function ChartsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [now] = useState(Date.now)
  const span = spanOf(search.days, now)
  const change = (next: typeof search) => void navigate({ search: (before) => ({ ...before, ...next }) })
  const { group = 'model' } = search
  const measured = useMeasured(search, span)
  const groupOf = useGroupOf(group)
  const groups = largestGroups(measured.data?.results.map((one) => ({ group: groupOf(one) })) ?? [])
  return (
    <Page title="Charts">
      <ChartFilters search={search} onChange={change} />
      <OverTime search={search} span={span} measured={measured} groups={groups} />
      <GroupBars search={search} measured={measured} groups={groups} />
      <ParetoScatter group={group} measured={measured} groups={groups} />
    </Page>
  )
}

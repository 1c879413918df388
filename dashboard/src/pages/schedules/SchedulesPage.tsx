import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { schedulesQuery } from '../../api/schedules.ts'
import { Empty } from '../../ui/Empty.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { SchedulesTable } from './SchedulesTable.tsx'

const route = getRouteApi('/schedules')

/** The list of schedules, by name. */
export function SchedulesPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const schedules = useQuery(schedulesQuery(search))
  return (
    <Page
      title="Schedules"
      lead="A schedule launches a campaign again and again, such as every night: its results become a history."
      actions={<LinkButton to="/schedules/new">New schedule</LinkButton>}
    >
      <Panel title="Schedules" flush>
        <Loaded query={schedules} skeleton={<SkeletonLines n={6} height={32} />}>
          {(list) => (
            <>
              {list.items.length > 0 ? (
                <SchedulesTable schedules={list.items} />
              ) : (
                <Empty title="No schedules yet.">
                  <span>
                    Measure every night, and KITT tells what got worse.{' '}
                    <Link to="/schedules/new">Create the first schedule</Link>
                  </span>
                </Empty>
              )}
              <Pager list={list} onPage={(page) => void navigate({ search: { page } })} />
            </>
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

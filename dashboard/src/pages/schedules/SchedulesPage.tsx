import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { schedulesQuery } from '../../api/schedules.ts'
import { Empty } from '../../ui/Empty.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SchedulesTable } from './SchedulesTable.tsx'

const route = getRouteApi('/schedules')
const NONE = (
  <Empty title="No schedules yet.">
    Measure every night, and KITT tells you what got worse.{' '}
    <Link to="/schedules/new">Create the first schedule</Link>
  </Empty>
)

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
        <PagedList
          query={schedules}
          lines={6}
          height={32}
          empty={NONE}
          onPage={(page) => void navigate({ search: { page } })}
        >
          {(items) => <SchedulesTable schedules={items} />}
        </PagedList>
      </Panel>
    </Page>
  )
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { setupsQuery } from '../../api/setups.ts'
import { formatNumber } from '../../lib/format.ts'
import { isFiltered } from '../../lib/search.ts'
import { Bar } from '../../ui/Bar.tsx'
import { Empty, NoMatch } from '../../ui/Empty.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { DefaultRule } from './DefaultRule.tsx'
import { FILTERS, SetupFilters, type SetupsSearch } from './SetupFilters.tsx'
import { SetupsTable } from './SetupsTable.tsx'
import css from './setups.module.css'

const route = getRouteApi('/setups')

const NONE = (
  <Empty title="No setups yet.">
    A setup appears with its first result; from the fifth run on it is watched.{' '}
    <Link to="/quicktests/new">Launch a quick test</Link>
  </Empty>
)
const INDEXING_MS = 2000

/** Reads again while setups are still being found: that is no event. */
const whileIndexing = ({ state }: { state: { data: { indexing?: object | undefined } | undefined } }) =>
  state.data?.indexing ? INDEXING_MS : false

/** The list of setups, worst first, then newest. */
export function SetupsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const setups = useQuery({ ...setupsQuery(search), refetchInterval: whileIndexing })
  const change = (next: SetupsSearch) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }) })
  const filtered = isFiltered(search, FILTERS)
  return (
    <Page
      title="Setups"
      lead="Runs are held against each other only within a setup: the same model, engine, hardware, host and load. Versions and drivers may change; that is what one wants to see."
    >
      <SetupFilters search={search} onChange={change} />
      <Panel title={filtered ? 'Matching setups' : 'All setups, worst first'} flush>
        {setups.data?.indexing && <Indexing {...setups.data.indexing} />}
        <PagedList
          query={setups}
          lines={10}
          height={36}
          empty={filtered ? <NoMatch of="setup" /> : NONE}
          onPage={(page) => change({ page })}
        >
          {(items) => <SetupsTable setups={items} />}
        </PagedList>
      </Panel>
      <DefaultRule />
    </Page>
  )
}

/** How many stored results have their setups, after an upgrade. */
function Indexing({ done, total }: { done: number; total: number }) {
  return (
    <div className={css.indexing} role="status">
      <span>
        Finding the setups of stored results: {formatNumber(done)} of {formatNumber(total)}
      </span>
      <Bar value={done} max={total} label="Results with setups" />
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { setupsQuery } from '../../api/setups.ts'
import { formatNumber } from '../../lib/format.ts'
import { Bar } from '../../ui/Bar.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { DefaultRule } from './DefaultRule.tsx'
import { isFiltered, SetupFilters, type SetupsSearch } from './SetupFilters.tsx'
import { SetupsTable } from './SetupsTable.tsx'
import css from './setups.module.css'

const route = getRouteApi('/setups')

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
  const filtered = isFiltered(search)
  return (
    <Page
      title="Setups"
      lead="Runs are held against each other only within a setup: the same model, engine, hardware, host and load. Versions and drivers may change; that is what one wants to see."
    >
      <SetupFilters search={search} onChange={change} />
      <Panel title={filtered ? 'Matching setups' : 'All setups, worst first'} flush>
        <Loaded query={setups} skeleton={<SkeletonLines n={10} height={36} />}>
          {(list) => (
            <>
              {list.indexing && <Indexing {...list.indexing} />}
              {list.items.length > 0 ? (
                <SetupsTable setups={list.items} />
              ) : (
                <Empty title={filtered ? 'No setup matches the filters.' : 'No setups yet.'}>
                  {filtered ? (
                    'Clear the filters to see all.'
                  ) : (
                    <>
                      A setup appears with its first result; from the fifth run on it is watched.{' '}
                      <Link to="/quicktests/new">Launch a quick test</Link>
                    </>
                  )}
                </Empty>
              )}
              <Pager list={list} onPage={(page) => change({ page })} />
            </>
          )}
        </Loaded>
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

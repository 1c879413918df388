import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { resultsQuery } from '../../api/results.ts'
import { Empty } from '../../ui/Empty.tsx'
import { ExportMenu } from '../../ui/ExportMenu.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { ColumnChooser } from './ColumnChooser.tsx'
import { ResultFilters } from './ResultFilters.tsx'
import { ResultsTable } from './ResultsTable.tsx'
import { FILTERS, toQuery } from './result-search.ts'
import { TickedBar } from './TickedBar.tsx'
import { useTicked } from './useTicked.ts'

const route = getRouteApi('/results')

/** The list of results, with filters, order and columns from the URL. */
export function ResultsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const results = useQuery(resultsQuery(toQuery(search)))
  const ticked = useTicked()
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, skip: undefined, ...next }) })
  const { sort: _sort, page: _page, skip: _skip, ...exported } = toQuery(search)
  const filtered = FILTERS.some((key) => search[key] !== undefined)
  return (
    <Page
      title="Results"
      actions={
        <>
          <LinkButton to="/import" variant="default">
            Import files
          </LinkButton>
          <ExportMenu of={exported} disabled={results.data?.total === 0} />
        </>
      }
    >
      <ResultFilters search={search} onChange={change} />
      <TickedBar ticked={ticked} total={results.data?.total ?? 0} search={toQuery(search)} />
      <Panel
        title={filtered ? 'Matching results' : 'All results'}
        aside={<ColumnChooser columns={search.columns} onChange={(columns) => change({ columns })} />}
        flush
      >
        <Loaded query={results} skeleton={<SkeletonLines n={12} height={22} />}>
          {(list) => (
            <>
              {list.items.length > 0 ? (
                <ResultsTable
                  items={list.items}
                  columns={search.columns}
                  sort={search.sort}
                  onSort={(sort) => change({ sort })}
                  ticked={ticked}
                />
              ) : (
                <Empty title={filtered ? 'No result matches the filters.' : 'No results yet.'}>
                  {filtered ? 'Clear the filters to see all.' : <Sources />}
                </Empty>
              )}
              <Pager list={list} onPage={(page, skip) => change({ page, skip })} shown={search.skip} />
            </>
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

/** Where results come from. */
const Sources = () => (
  <>
    They appear here as tests finish. You can also <Link to="/import">import the result files</Link> of vLLM,
    SGLang, llama-bench, GuideLLM and other tools.
  </>
)

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { resultsQuery } from '../../api/results.ts'
import { isFiltered } from '../../lib/search.ts'
import { Empty, NoMatch } from '../../ui/Empty.tsx'
import { ExportMenu } from '../../ui/ExportMenu.tsx'
import { LinkButton } from '../../ui/LinkButton.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { ColumnChooser } from './ColumnChooser.tsx'
import { ResultFilters } from './ResultFilters.tsx'
import { ResultsTable } from './ResultsTable.tsx'
import { FILTERS, toQuery } from './result-search.ts'
import { TickedBar } from './TickedBar.tsx'
import { useTicked } from './useTicked.ts'

const route = getRouteApi('/results')
const NONE = (
  <Empty title="No results yet.">
    They appear here as tests finish. You can also <Link to="/import">import the result files</Link> of vLLM,
    SGLang, llama-bench, GuideLLM and other tools.
  </Empty>
)

/** The list of results, with filters, order and columns from the URL. */
export function ResultsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const results = useQuery(resultsQuery(toQuery(search)))
  const ticked = useTicked()
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, skip: undefined, ...next }) })
  const { sort: _sort, page: _page, skip: _skip, ...exported } = toQuery(search)
  const filtered = isFiltered(search, FILTERS)
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
        <PagedList
          query={results}
          lines={12}
          height={22}
          empty={filtered ? <NoMatch of="result" /> : NONE}
          skipped={search.skip}
          onPage={(page, skip) => change({ page, skip })}
        >
          {(items) => (
            <ResultsTable
              items={items}
              columns={search.columns}
              sort={search.sort}
              onSort={(sort) => change({ sort })}
              ticked={ticked}
            />
          )}
        </PagedList>
      </Panel>
    </Page>
  )
}

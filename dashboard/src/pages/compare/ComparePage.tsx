import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { isSignedIn, useAccess } from '../../api/access.ts'
import { compareQuery } from '../../api/results.ts'
import { listIn } from '../../lib/search.ts'
import { Empty } from '../../ui/Empty.tsx'
import { ExportMenu } from '../../ui/ExportMenu.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { NeedsToken } from '../../ui/NeedsToken.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { ShareButton } from '../../ui/ShareButton.tsx'
import { Compared } from './Compared.tsx'

const route = getRouteApi('/compare')
const MAX_RESULTS = 50

/** Results side by side. The first of the URL is the baseline. */
export function ComparePage() {
  const search = route.useSearch()
  const ids = (listIn(search, 'ids') ?? []).slice(0, MAX_RESULTS)
  const access = useAccess()
  const comparison = useQuery({ ...compareQuery(ids), enabled: ids.length > 1 && isSignedIn(access) })
  return (
    <Page
      title="Compare"
      above={<Link to="/results">Results</Link>}
      lead={ids.length > 1 && 'Differences are relative to the first result.'}
      actions={
        <>
          {ids.length > 1 && <ShareButton view={{ kind: 'comparison', ids }} name="Comparison" />}
          {ids.length > 0 && <ExportMenu of={{ ids: ids.join(',') }} />}
        </>
      }
    >
      {ids.length < 2 ? (
        <Panel title="Nothing to compare yet">
          <Empty title="Choose two or more results.">
            Tick them in the list of <Link to="/results">results</Link>, then press “Compare”.
          </Empty>
        </Panel>
      ) : access === 'none' || access === 'wrong' ? (
        <Panel title="Side by side">
          <NeedsToken to="compare results" />
        </Panel>
      ) : (
        <Loaded query={comparison} lines={10} height={26}>
          {(data) => <Compared comparison={data} ids={ids} metric={search.metric} />}
        </Loaded>
      )}
    </Page>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { readResult } from '../../lib/result.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { LatestTable } from './LatestTable.tsx'
import { latest, SHOWN } from './queries.ts'

/** The newest results, each against the earlier runs of its setup. */
export function LatestResults() {
  const results = useQuery(latest)
  return (
    <Panel title="Latest results" flush aside={<Link to="/results">All results</Link>}>
      <Loaded query={results} lines={SHOWN} height={22}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No results yet.">
              They appear here as tests finish. <Link to="/quicktests/new">Launch a quick test</Link>
            </Empty>
          ) : (
            <LatestTable results={items.map(readResult)} />
          )
        }
      </Loaded>
    </Panel>
  )
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useAccess } from '../../api/access.ts'
import { type AuditEntry, auditQuery } from '../../api/audit.ts'
import { isFiltered } from '../../lib/search.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect, FilterText } from '../../ui/FilterBar.tsx'
import { ForAdmins } from '../../ui/NeedsToken.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'

const route = getRouteApi('/settings/audit')
const OUTCOMES = [
  { value: 'done', label: 'Done' },
  { value: 'refused', label: 'Refused' },
]
const FILTERS = ['actor', 'action', 'target', 'outcome'] as const

const NO_MATCH = (
  <Empty title="No entry matches the filters.">
    Names are matched whole; an action may be the beginning: campaigns.
  </Empty>
)

const COLUMNS: Column<AuditEntry>[] = [
  { key: 'at', header: 'When', short: true, cell: ({ at }) => <Time at={at} /> },
  { key: 'actor', header: 'Who', cell: ({ actor }) => actor || NOTHING },
  {
    key: 'what',
    header: 'What',
    card: 'name',
    cell: ({ summary, actor, action, target }) => (
      <div>
        <span>{summary}</span>
        <div className={common.sub}>
          {actor && <span className={common.onCard}>{actor} · </span>}
          {[action, target].filter((text) => text !== '').join(' · ')}
        </div>
      </div>
    ),
  },
  {
    key: 'outcome',
    header: 'Outcome',
    card: 'beside',
    cell: ({ outcome }) => <StateBadge state={outcome} />,
  },
  { key: 'ago', header: 'When', card: 'below', cardOnly: true, cell: ({ at }) => <Time at={at} /> },
  { key: 'from', header: 'From', short: true, cell: ({ address }) => address || NOTHING },
]

/** Who changed what, and who was refused, the newest first. */
export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const entries = useQuery({ ...auditQuery(search), enabled: useAccess() === 'full' })
  const change = (next: typeof search) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }) })
  const filtered = isFiltered(search, FILTERS)
  const of = { search, onChange: change }
  return (
    <Page
      title="Audit"
      above={<Link to="/settings">Settings</Link>}
      lead="Changes by people and programs, and those that were refused, for 180 days. What agents report is not here."
    >
      <FilterBar {...of} names={FILTERS}>
        <FilterText {...of} label="Who" name="actor" placeholder="ci" />
        <FilterText {...of} label="Action" name="action" placeholder="campaigns" />
        <FilterText {...of} label="Target" name="target" placeholder="Id" />
        <FilterSelect {...of} label="Outcome" name="outcome" data={OUTCOMES} />
      </FilterBar>
      <Panel title={filtered ? 'Matching entries' : 'All entries'} flush>
        <ForAdmins to="see the audit">
          <PagedList
            query={entries}
            lines={8}
            height={36}
            empty={filtered ? NO_MATCH : <Empty title="Nothing was changed yet." />}
            onPage={(page) => change({ page })}
          >
            {(items) => (
              <DataTable label="Audit" rows={items} rowKey={({ id }) => String(id)} columns={COLUMNS} />
            )}
          </PagedList>
        </ForAdmins>
      </Panel>
    </Page>
  )
}

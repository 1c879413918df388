import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useAccess } from '../../api/access.ts'
import { type AuditEntry, auditQuery } from '../../api/audit.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect, FilterText } from '../../ui/FilterBar.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { NeedsToken } from '../../ui/NeedsToken.tsx'
import { Page } from '../../ui/Page.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'

const route = getRouteApi('/settings/audit')
const OUTCOMES = [
  { value: 'done', label: 'Done' },
  { value: 'refused', label: 'Refused' },
]
const NO_FILTER = { actor: undefined, action: undefined, target: undefined, outcome: undefined }

const COLUMNS: Column<AuditEntry>[] = [
  { key: 'at', header: 'When', short: true, card: 'below', cell: ({ at }) => <Time at={at} /> },
  { key: 'actor', header: 'Who', card: 'name', cell: ({ actor }) => actor || NOTHING },
  {
    key: 'what',
    header: 'What',
    cell: ({ summary, action, target }) => (
      <div>
        {summary}
        <div className={common.sub}>{[action, target].filter((text) => text !== '').join(' · ')}</div>
      </div>
    ),
  },
  {
    key: 'outcome',
    header: 'Outcome',
    card: 'beside',
    cell: ({ outcome }) => <StateBadge state={outcome} />,
  },
  { key: 'from', header: 'From', short: true, cell: ({ address }) => address || NOTHING },
]

/** Who changed what, and who was refused, the newest first. */
export function AuditPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const access = useAccess()
  const entries = useQuery({ ...auditQuery(search), enabled: access === 'full' })
  const change = (next: typeof search) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }) })
  const { actor, action, target, outcome } = search
  const filtered = [actor, action, target, outcome].some((given) => given !== undefined)
  return (
    <Page
      title="Audit"
      above={<Link to="/settings">Settings</Link>}
      lead="Changes by people and programs, and those that were refused, for 180 days. What agents report is not here."
    >
      <FilterBar active={filtered} onClear={() => change(NO_FILTER)}>
        <FilterText label="Who" placeholder="ci" value={actor} onChange={(next) => change({ actor: next })} />
        <FilterText
          label="Action"
          placeholder="campaigns"
          value={action}
          onChange={(next) => change({ action: next })}
        />
        <FilterText
          label="Target"
          placeholder="Id"
          value={target}
          onChange={(next) => change({ target: next })}
        />
        <FilterSelect
          label="Outcome"
          data={OUTCOMES}
          value={outcome}
          onChange={(next) => change({ outcome: next as typeof outcome })}
        />
      </FilterBar>
      <Panel title={filtered ? 'Matching entries' : 'All entries'} flush>
        {access !== undefined && access !== 'full' ? (
          <NeedsToken to="see the audit" />
        ) : (
          <Loaded query={entries} skeleton={<SkeletonLines n={8} height={36} />}>
            {(list) => (
              <>
                {list.items.length > 0 ? (
                  <DataTable
                    label="Audit"
                    rows={list.items}
                    rowKey={({ id }) => String(id)}
                    columns={COLUMNS}
                  />
                ) : (
                  <Empty title={filtered ? 'No entry matches the filters.' : 'Nothing was changed yet.'}>
                    {filtered && 'Names are matched whole; an action may be the beginning: campaigns.'}
                  </Empty>
                )}
                <Pager list={list} onPage={(page) => change({ page })} />
              </>
            )}
          </Loaded>
        )}
      </Panel>
    </Page>
  )
}

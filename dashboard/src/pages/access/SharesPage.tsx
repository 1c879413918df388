import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useAccess } from '../../api/access.ts'
import { kitt, read } from '../../api/kitt.ts'
import { type Share, sharesQuery } from '../../api/shares.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { ForAdmins } from '../../ui/NeedsToken.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { RevokeButton } from './RevokeButton.tsx'

const route = getRouteApi('/settings/shares')
const NONE = (
  <Empty title="Nothing is shared.">
    Open a <Link to="/results">result</Link> and press “Share”.
  </Empty>
)

const COLUMNS: Column<Share>[] = [
  {
    key: 'name',
    header: 'Name',
    card: 'name',
    cell: ({ name, created_by, view }) => (
      <div>
        <span className={common.name}>{name}</span>
        <div className={common.sub}>
          by {created_by}
          <span className={common.onCard}>
            , shows <ViewLink view={view} />
          </span>
        </div>
      </div>
    ),
  },
  { key: 'shows', header: 'Shows', cell: (share) => <Shows share={share} /> },
  {
    key: 'state',
    header: 'State',
    card: 'beside',
    cell: ({ expired }) => <StateBadge state={expired ? 'expired' : 'active'} />,
  },
  { key: 'made', header: 'Made', numeric: true, cell: ({ created_at }) => <Time at={created_at} /> },
  {
    key: 'expires',
    header: 'Expires',
    numeric: true,
    cell: ({ expires_at }) => <Time at={expires_at} full />,
  },
  {
    key: 'revoke',
    header: 'Revoke',
    silent: true,
    card: 'below',
    cell: ({ id, name }) => (
      <RevokeButton
        what={`the link “${name}”`}
        text="It shows nothing any more."
        run={() => read(kitt().api.v1.shares[':id'].$delete({ param: { id } }))}
        refresh={[['shares']]}
      />
    ),
  },
]

/** What a link shows, as a link to it. */
function Shows({ share: { view, hosts, notes } }: { share: Share }) {
  const more = [hosts && 'with hosts', notes && 'with notes'].filter(Boolean).join(', ')
  return (
    <div>
      <ViewLink view={view} />
      {more !== '' && <div className={common.sub}>{more}</div>}
    </div>
  )
}

function ViewLink({ view: { kind, id, ids, setup_id, metric } }: { view: Share['view'] }) {
  if (kind === 'result')
    return (
      <Link to="/results/$id" params={{ id: String(id) }}>
        a result
      </Link>
    )
  if (kind === 'comparison')
    return (
      <Link to="/compare" search={{ ids: Array.isArray(ids) ? ids.join(',') : '' }}>
        a comparison
      </Link>
    )
  return (
    <Link to="/setups/$id" params={{ id: String(setup_id) }} search={{ metric: String(metric) }}>
      a series
    </Link>
  )
}

/** Links that show one view without a token. */
export function SharesPage() {
  const { page } = route.useSearch()
  const navigate = route.useNavigate()
  const shares = useQuery({ ...sharesQuery(page), enabled: useAccess() === 'full' })
  return (
    <Page
      title="Shared links"
      above={<Link to="/settings">Settings</Link>}
      lead="Each shows one result, comparison or series to everyone who has it. The pages of these have a button to share them."
    >
      <Panel title="All links" flush>
        <ForAdmins to="see the shared links">
          <PagedList
            query={shares}
            lines={5}
            height={36}
            empty={NONE}
            onPage={(next) => void navigate({ search: { page: next } })}
          >
            {(items) => (
              <DataTable label="Shared links" rows={items} rowKey={({ id }) => id} columns={COLUMNS} />
            )}
          </PagedList>
        </ForAdmins>
      </Panel>
    </Page>
  )
}

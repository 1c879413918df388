import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useAccess } from '../../api/access.ts'
import { kitt, read } from '../../api/kitt.ts'
import { type ApiToken, tokensQuery } from '../../api/tokens.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { ForAdmins } from '../../ui/NeedsToken.tsx'
import { Page } from '../../ui/Page.tsx'
import { PagedList } from '../../ui/PagedList.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { NewToken } from './NewToken.tsx'
import { RevokeButton } from './RevokeButton.tsx'

const route = getRouteApi('/settings/tokens')
const NONE = (
  <Empty title="No tokens but the admin token.">
    Give CI one of the scope run, and a wall of charts one of the scope read.
  </Empty>
)

const COLUMNS: Column<ApiToken>[] = [
  {
    key: 'name',
    header: 'Name',
    card: 'name',
    cell: ({ name, prefix, created_by, scope }) => (
      <div>
        <span className={common.name}>{name}</span>
        <div className={common.sub}>
          {prefix}…, by {created_by}
          <span className={common.onCard}>, {scope}</span>
        </div>
      </div>
    ),
  },
  { key: 'scope', header: 'Scope', cell: ({ scope }) => scope },
  { key: 'state', header: 'State', card: 'beside', cell: ({ state }) => <StateBadge state={state} /> },
  {
    key: 'used',
    header: 'Last used',
    numeric: true,
    cell: ({ last_used_at }) => (last_used_at ? <Time at={last_used_at} /> : 'never'),
  },
  {
    key: 'expires',
    header: 'Expires',
    numeric: true,
    cell: ({ expires_at }) => (expires_at ? <Time at={expires_at} full /> : 'never'),
  },
  {
    key: 'revoke',
    header: 'Revoke',
    silent: true,
    card: 'below',
    cell: ({ id, name, state }) =>
      state === 'revoked' ? (
        NOTHING
      ) : (
        <RevokeButton
          what={`the token “${name}”`}
          text="What uses it is refused at once, and its event streams end."
          run={() => read(kitt().api.v1.tokens[':id'].$delete({ param: { id } }))}
          refresh={[['tokens']]}
        />
      ),
  },
]

/** Tokens of people and programs: made, listed with their last use, revoked. */
export function TokensPage() {
  const { page } = route.useSearch()
  const navigate = route.useNavigate()
  const tokens = useQuery({ ...tokensQuery(page), enabled: useAccess() === 'full' })
  return (
    <Page
      title="Tokens"
      above={<Link to="/settings">Settings</Link>}
      lead="For people and programs, beside the admin token. Tokens of agents are on the pages of the agents."
      actions={<NewToken />}
    >
      <Panel title="All tokens" flush>
        <ForAdmins to="see the tokens">
          <PagedList
            query={tokens}
            lines={5}
            height={36}
            empty={NONE}
            onPage={(next) => void navigate({ search: { page: next } })}
          >
            {(items) => <DataTable label="Tokens" rows={items} rowKey={({ id }) => id} columns={COLUMNS} />}
          </PagedList>
        </ForAdmins>
      </Panel>
    </Page>
  )
}

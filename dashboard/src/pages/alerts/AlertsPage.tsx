import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { ALERT_STATES } from '../../../../lib/states.ts'
import { alertsQuery } from '../../api/alerts.ts'
import { useAgentChoices } from '../../api/useAgentName.ts'
import { Empty } from '../../ui/Empty.tsx'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Pager } from '../../ui/Pager.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { stateChoices } from '../../ui/StateBadge.tsx'
import { AlertsTable } from './AlertsTable.tsx'

const route = getRouteApi('/alerts')
const STATES = stateChoices(ALERT_STATES)
const KINDS = [
  { value: 'true', label: 'Open' },
  { value: 'false', label: 'Over' },
]
const NOTHING = { open: undefined, state: undefined, agent_id: undefined, setup_id: undefined }

/** The list of alerts, newest first. */
export function AlertsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const agents = useAgentChoices()
  const alerts = useQuery(alertsQuery(search))
  const change = (next: typeof search) =>
    void navigate({ search: (now) => ({ ...now, page: undefined, ...next }) })
  const { open, state, agent_id, setup_id } = search
  const filtered = [open, state, agent_id, setup_id].some((given) => given !== undefined)
  return (
    <Page
      title="Alerts"
      lead="A run that is worse than its setup's noise explains is suspect. KITT runs it again before it tells."
    >
      <FilterBar active={filtered} onClear={() => change(NOTHING)}>
        <FilterSelect
          label="Open or over"
          data={KINDS}
          value={open}
          onChange={(next) => change({ open: next as typeof open })}
        />
        <FilterSelect
          label="State"
          data={STATES}
          value={state}
          onChange={(next) => change({ state: next as typeof state })}
        />
        <FilterSelect
          label="Agent"
          data={agents}
          value={agent_id}
          onChange={(next) => change({ agent_id: next })}
          searchable
        />
      </FilterBar>
      <Panel title={filtered ? 'Matching alerts' : 'All alerts'} flush>
        <Loaded query={alerts} skeleton={<SkeletonLines n={8} height={36} />}>
          {(list) => (
            <>
              {list.items.length > 0 ? (
                <AlertsTable alerts={list.items} />
              ) : (
                <Empty title={filtered ? 'No alert matches the filters.' : 'No alerts.'}>
                  {filtered ? (
                    'Clear the filters to see all.'
                  ) : (
                    <>
                      Nothing got worse that KITT has noticed. The <Link to="/setups">setups</Link> say what
                      is watched, and the smallest change that one would notice.
                    </>
                  )}
                </Empty>
              )}
              <Pager list={list} onPage={(page) => change({ page })} />
            </>
          )}
        </Loaded>
      </Panel>
    </Page>
  )
}

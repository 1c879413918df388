import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { HOLDING_ALERT, isOneOf } from '../../../../lib/states.ts'
import { type Alert, alertsQuery } from '../../api/alerts.ts'
import type { SetupDetail } from '../../api/setups.ts'
import { changedLine, changeWords, withLabels } from '../../lib/changes.ts'
import { metricName } from '../../lib/metric-names.ts'
import common from '../../ui/common.module.css'
import { Panel } from '../../ui/Panel.tsx'
import { AlertActions } from '../alerts/AlertActions.tsx'
import { AlertBadge } from '../alerts/AlertBadge.tsx'
import { AlertsTable } from '../alerts/AlertsTable.tsx'
import css from './setups.module.css'

const isCurrent = ({ state }: Alert) => isOneOf(HOLDING_ALERT, state)

/** The alerts of a setup: those that stand with what to do next, the others as a list. */
export function SetupAlerts({ setup }: { setup: SetupDetail }) {
  const { data } = useQuery(alertsQuery({ setup_id: setup.id, per_page: 100 }))
  if (!data || data.items.length === 0) return null
  const current = data.items.filter(isCurrent)
  const past = data.items.filter((alert) => !isCurrent(alert))
  return (
    <Panel title="Alerts" flush aside={data.total > data.items.length && `the newest of ${data.total}`}>
      {current.map((alert) => (
        <Current key={alert.id} alert={alert} />
      ))}
      {past.length > 0 && (
        <details className={css.past} open={current.length === 0 || undefined}>
          <summary>{current.length > 0 ? `${past.length} earlier` : `${past.length} in the past`}</summary>
          <AlertsTable alerts={past} label="Earlier alerts" />
        </details>
      )}
    </Panel>
  )
}

function Current({ alert }: { alert: Alert }) {
  const { id, metric, delta_pct, differs, reason } = alert
  return (
    <div className={css.current}>
      <div>
        <div className={css.name}>
          <Link to="/alerts/$id" params={{ id }}>
            <b>
              {metricName(metric)}: {changeWords(metric, delta_pct)}
            </b>
          </Link>
          <AlertBadge alert={alert} />
        </div>
        {differs.length > 0 && <p>{changedLine(differs, 4)}</p>}
        {reason !== '' && <p className={common.sub}>{withLabels(reason)}</p>}
      </div>
      <div className={common.line}>
        <AlertActions alert={alert} only="accept" />
      </div>
    </div>
  )
}

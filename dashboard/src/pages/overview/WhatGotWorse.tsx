import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { isOneOf } from '../../../../lib/states.ts'
import { type Alert, alertsQuery } from '../../api/alerts.ts'
import { type Setup, setupsQuery } from '../../api/setups.ts'
import { changedLine, changeWords, mainMetric } from '../../lib/changes.ts'
import { plural, unitsKept } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { AlertBadge } from '../alerts/AlertBadge.tsx'
import css from './overview.module.css'

const TOLD = ['worse', 'confirming', 'suspect', 'missing'] as const
const SHOWN = 6

/** The setups that got worse, are being confirmed, or miss a run: worst first. */
export function WhatGotWorse() {
  const setups = useQuery(setupsQuery({ per_page: SHOWN })).data
  const alerts = useQuery(alertsQuery({ open: 'true', per_page: 20 })).data?.items ?? []
  if (!setups || setups.total === 0) return null
  const told = setups.items.filter(({ state }) => isOneOf(TOLD, state))
  const alertOf = ({ id }: Setup) => alerts.find(({ setup_id }) => setup_id === id)
  return (
    <Panel title="What got worse" flush aside={<Link to="/setups">All {plural(setups.total, 'setup')}</Link>}>
      <ul className={css.worse} aria-live="polite">
        {told.map((setup) => (
          <Row key={setup.id} setup={setup} alert={alertOf(setup)} />
        ))}
        {told.length === 0 && <li className={css.calm}>Nothing that KITT has noticed.</li>}
      </ul>
    </Panel>
  )
}

function Row({ setup, alert }: { setup: Setup; alert: Alert | undefined }) {
  const { id, label, state, last_at } = setup
  return (
    <li>
      <div className={css.what}>
        {alert ? (
          <Link to="/alerts/$id" params={{ id: alert.id }}>
            {metricName(alert.metric)}: {changeWords(alert.metric, alert.delta_pct)}
          </Link>
        ) : (
          <Link to="/setups/$id" params={{ id }}>
            {wordsOf(setup)}
          </Link>
        )}
        {alert ? <AlertBadge alert={alert} /> : <StateBadge state={state} />}
        <span className={css.when}>
          <Time at={alert?.created_at ?? last_at} />
        </span>
      </div>
      <Link to="/setups/$id" params={{ id }} className={css.of ?? ''}>
        {unitsKept(label)}
      </Link>
      {alert && alert.differs.length > 0 && <p className={css.changed}>{changedLine(alert.differs, 3)}</p>}
    </li>
  )
}

function wordsOf({ state, metrics }: Setup): string {
  const name = mainMetric(Object.keys(metrics))
  const delta = name === undefined ? null : (metrics[name]?.delta_pct ?? null)
  if (state === 'missing') return 'A scheduled run did not come'
  return name === undefined || delta === null
    ? 'Worse than before'
    : `${metricName(name)}: ${changeWords(name, delta)}`
}

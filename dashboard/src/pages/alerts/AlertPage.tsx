import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type AlertDetail, alertQuery } from '../../api/alerts.ts'
import { changeWords } from '../../lib/changes.ts'
import { unitsKept } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import common from '../../ui/common.module.css'
import { Differs } from '../../ui/Differs.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Time } from '../../ui/Time.tsx'
import { AlertActions } from './AlertActions.tsx'
import { AlertBadge } from './AlertBadge.tsx'
import { AlertFigures } from './AlertFigures.tsx'
import { AlertRuns } from './AlertRuns.tsx'
import { AlertSteps } from './AlertSteps.tsx'
import css from './alerts.module.css'

const route = getRouteApi('/alerts/$id')

/** One alert: how much it changed, what changed with it, its runs and its steps. */
export function AlertPage() {
  const { id } = route.useParams()
  const alert = useQuery(alertQuery(id))
  const { data } = alert
  return (
    <Page
      title={data ? `${metricName(data.metric)}: ${changeWords(data.metric, data.delta_pct)}` : 'Alert'}
      above={<Link to="/alerts">Alerts</Link>}
      beside={
        data && (
          <span role="status">
            <AlertBadge alert={data} />
          </span>
        )
      }
      lead={
        data && (
          <Link to="/setups/$id" params={{ id: data.setup_id }} search={{ metric: data.metric }}>
            {unitsKept(data.setup_label)}
          </Link>
        )
      }
      actions={data && <AlertActions alert={data} />}
    >
      <Loaded query={alert} lines={8} height={28}>
        {(one) => <AlertBody alert={one} />}
      </Loaded>
    </Page>
  )
}

function AlertBody({ alert }: { alert: AlertDetail }) {
  return (
    <div className={common.stack}>
      <AlertFigures alert={alert} />
      <div className={common.columns}>
        <Panel title="What changed">
          {alert.differs.length > 0 ? (
            <Differs differs={alert.differs} />
          ) : (
            <p>Nothing that is recorded changed between the last good run and the first bad one.</p>
          )}
          {alert.began && <Began alert={alert} began={alert.began} />}
        </Panel>
        <AlertSteps alert={alert} />
      </div>
      <AlertRuns alert={alert} />
    </div>
  )
}

type BeganProps = { alert: AlertDetail; began: NonNullable<AlertDetail['began']> }

/** Where the series itself shows that it began, which may be before the run that raised the alert. */
function Began({ alert, began: { at, result_id, delta_pct, differs } }: BeganProps) {
  const isSuspect = alert.runs.some((run) => run.role === 'suspect' && run.result_id === result_id)
  return (
    <div className={css.began}>
      <p>
        {isSuspect ? 'The series shows that it began with the suspect run, ' : 'It began with '}
        <Link to="/results/$id" params={{ id: result_id }}>
          {isSuspect ? (
            <Time at={at} full />
          ) : (
            <>
              the run of <Time at={at} full />
            </>
          )}
        </Link>
        : {changeWords(alert.metric, delta_pct)} from there on.
      </p>
      {!isSuspect && differs.length > 0 && <Differs differs={differs} />}
    </div>
  )
}

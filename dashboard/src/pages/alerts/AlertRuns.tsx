import { Link } from '@tanstack/react-router'
import type { AlertDetail, AlertRun } from '../../api/alerts.ts'
import { RunStrip } from '../../charts/RunStrip.tsx'
import { metricName } from '../../lib/metric-names.ts'
import { metricInfo } from '../../lib/units.ts'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './alerts.module.css'

const ROLES: Record<AlertRun['role'], string> = {
  reference: 'before',
  suspect: 'suspect',
  confirm: 'confirming',
  control: 'control: version before',
  after: 'after',
}

/** The runs before, the suspect, those that confirm it, and those of the control. */
export function AlertRuns({ alert }: { alert: AlertDetail }) {
  const { unit } = metricInfo(alert.metric)
  const { confirmed_runs, planned_runs } = alert
  const columns: Column<AlertRun>[] = [
    { key: 'role', header: 'Run', card: 'name', cell: (run) => <RunName run={run} /> },
    {
      key: 'value',
      header: metricName(alert.metric),
      card: 'beside',
      numeric: true,
      cell: ({ value }) => (value === null ? NOTHING : <Metric value={value} unit={unit} />),
    },
    {
      key: 'at',
      header: 'When',
      card: 'below',
      numeric: true,
      cell: ({ at }) => (at ? <Time at={at} /> : NOTHING),
    },
  ]
  const shown = alert.runs.flatMap(({ role, value, at, valid }) =>
    value === null || at === null ? [] : [{ role, value, at, valid: valid !== false }],
  )
  return (
    <Panel
      title="Runs"
      aside={planned_runs > 0 && `${confirmed_runs} of ${planned_runs} confirming runs are there`}
      flush
    >
      {shown.length > 1 && (
        <div className={css.strip}>
          <RunStrip metric={alert.metric} runs={shown} names={ROLES} />
        </div>
      )}
      <DataTable
        label="Runs of the alert"
        rows={alert.runs.toReversed()}
        rowKey={(run) => `${run.role} ${run.result_id ?? run.test_id ?? alert.runs.indexOf(run)}`}
        columns={columns}
      />
    </Panel>
  )
}

/** The role of a run, as a link to its result, or to its test while it has none. */
function RunName({ run: { role, valid, result_id, test_id } }: { run: AlertRun }) {
  const name = ROLES[role]
  if (result_id)
    return (
      <div>
        <Link to="/results/$id" params={{ id: result_id }}>
          {name}
        </Link>
        {valid === false && ', left out'}
      </div>
    )
  if (!test_id) return <div>{name}, planned</div>
  return (
    <div>
      <Link to="/quicktests/$id" params={{ id: test_id }}>
        {name}
      </Link>
      , queued
    </div>
  )
}

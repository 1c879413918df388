import { Link } from '@tanstack/react-router'
import type { Alert } from '../../api/alerts.ts'
import { changedLine, changeWords } from '../../lib/changes.ts'
import { unitsKept } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { AlertBadge } from './AlertBadge.tsx'

const COLUMNS: Column<Alert>[] = [
  {
    key: 'what',
    header: 'What',
    card: 'name',
    cell: ({ id, metric, delta_pct, setup_label }) => (
      <div>
        <Link to="/alerts/$id" params={{ id }} className={common.name ?? ''}>
          {metricName(metric)}: {changeWords(metric, delta_pct)}
        </Link>
        <div className={common.sub}>{unitsKept(setup_label)}</div>
      </div>
    ),
  },
  { key: 'state', header: 'State', card: 'beside', cell: (alert) => <AlertBadge alert={alert} /> },
  {
    key: 'changed',
    header: 'What changed',
    cell: ({ differs }) => (differs.length === 0 ? NOTHING : changedLine(differs)),
  },
  { key: 'since', header: 'Since', numeric: true, cell: ({ created_at }) => <Time at={created_at} /> },
  {
    key: 'at',
    header: 'Last step',
    card: 'below',
    numeric: true,
    cell: ({ updated_at }) => <Time at={updated_at} />,
  },
]

/** Alerts, each with what changed and its state. */
export function AlertsTable({ alerts, label = 'Alerts' }: { alerts: Alert[]; label?: string }) {
  return <DataTable label={label} rows={alerts} rowKey={({ id }) => id} columns={COLUMNS} />
}

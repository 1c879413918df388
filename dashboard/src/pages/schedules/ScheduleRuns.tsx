import { Link } from '@tanstack/react-router'
import type { ScheduleRun } from '../../api/schedules.ts'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { RunBadges } from './RunBadges.tsx'

const COLUMNS: Column<ScheduleRun>[] = [
  {
    key: 'due',
    header: 'Due',
    cell: ({ due_at, by_hand }) => (
      <>
        <Time at={due_at} full />
        {by_hand && ' by hand'}
      </>
    ),
  },
  { key: 'outcome', header: 'Outcome and verdict', cell: (run) => <RunBadges run={run} /> },
  {
    key: 'campaign',
    header: 'Campaign',
    cell: ({ campaign_id, campaign_status }) =>
      campaign_id === null || campaign_status === null ? (
        NOTHING
      ) : (
        <Link to="/campaigns/$id" params={{ id: campaign_id }}>
          Open
        </Link>
      ),
  },
  { key: 'reason', header: 'Reason', cell: ({ reason }) => (reason === '' ? NOTHING : reason) },
]

/** Due times of a schedule and what became of them. */
export const ScheduleRuns = ({ runs }: { runs: ScheduleRun[] }) => (
  <DataTable label="Last runs" rows={runs} rowKey={({ due_at }) => due_at} columns={COLUMNS} />
)

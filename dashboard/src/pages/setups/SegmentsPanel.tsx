import { useQuery } from '@tanstack/react-query'
import { baselinesQuery, type SetupDetail } from '../../api/setups.ts'
import { formatNumber } from '../../lib/format.ts'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Time } from '../../ui/Time.tsx'
import { NameSegment } from './NameSegment.tsx'

type Segment = SetupDetail['segments'][number]

/** The segments of a setup, newest first, with their baselines. */
export function SegmentsPanel({ setup }: { setup: SetupDetail }) {
  const { data } = useQuery(baselinesQuery())
  const namesOf = ({ from }: Segment) =>
    data?.items
      .filter(({ setup_id, segment }) => setup_id === setup.id && segment === from)
      .map(({ name }) => name)
      .join(', ') || NOTHING
  const columns: Column<Segment>[] = [
    { key: 'from', header: 'From', cell: ({ from }) => <Time at={from} full /> },
    { key: 'to', header: 'Until', cell: ({ to }) => (to === null ? 'now' : <Time at={to} full />) },
    { key: 'runs', header: 'Runs', numeric: true, cell: ({ runs }) => formatNumber(runs) },
    { key: 'reason', header: 'Why it begins', cell: ({ reason }) => reason || 'the first run' },
    { key: 'names', header: 'Baselines', cell: namesOf },
    {
      key: 'name',
      header: 'Name',
      silent: true,
      cell: (segment) => <NameSegment setupId={setup.id} segment={segment.from} />,
    },
  ]
  return (
    <Panel
      title="Segments"
      aside="stretches without an accepted change; runs are judged within the last"
      flush
    >
      <DataTable
        label="Segments"
        rows={setup.segments.toReversed()}
        rowKey={({ from }) => from}
        columns={columns}
      />
    </Panel>
  )
}

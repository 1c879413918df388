import { formatNumber } from '../../lib/format.ts'
import type { KeptRequest, KeptRun } from '../../lib/kept-requests.ts'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Fold } from '../../ui/Fold.tsx'
import { Metric } from '../../ui/Metric.tsx'
import css from './results.module.css'

/** More rows make the page slow; the document has all. */
const SHOWN = 200

const ms = (key: 'at' | 'ttft' | 'tpot' | 'e2e', header: string): Column<KeptRequest> => ({
  key,
  header,
  numeric: true,
  cell: (one) => <Metric value={one[key]} unit="ms" />,
})
const tokens = (key: 'input' | 'output', header: string): Column<KeptRequest> => ({
  key,
  header,
  numeric: true,
  cell: (one) => (one[key] === undefined ? NOTHING : formatNumber(one[key])),
})

const COLUMNS: Column<KeptRequest>[] = [
  { key: 'index', header: 'Request', cell: ({ index }) => formatNumber(index) },
  ms('at', 'Start'),
  ms('ttft', 'First token'),
  ms('tpot', 'Per token'),
  ms('e2e', 'In all'),
  tokens('input', 'Input'),
  tokens('output', 'Output'),
  {
    key: 'end',
    header: 'Outcome',
    cell: ({ failed, warmup }) => failed ?? (warmup ? 'warm-up' : 'answered'),
  },
]

/** The requests of a run as a table. */
export const RequestsTable = ({ run: { requests } }: { run: KeptRun }) => (
  <Fold title="As a table">
    <div className={css.tall}>
      <DataTable
        label="Requests"
        rows={requests.slice(0, SHOWN)}
        rowKey={({ index, at }) => `${index} ${at}`}
        columns={COLUMNS}
      />
      {requests.length > SHOWN && (
        <p>
          The first {SHOWN} of {formatNumber(requests.length)}; the document has all.
        </p>
      )}
    </div>
  </Fold>
)

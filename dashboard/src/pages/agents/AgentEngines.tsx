import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Time } from '../../ui/Time.tsx'

type Engine = { engine: string; installed: boolean; running: boolean; version: string; checked_at: string }

const COLUMNS: Column<Engine>[] = [
  { key: 'engine', header: 'Engine', cell: ({ engine }) => engine },
  {
    key: 'state',
    header: 'State',
    cell: ({ installed, running }) => (running ? 'running' : installed ? 'installed' : 'not installed'),
  },
  { key: 'version', header: 'Version', cell: ({ version }) => version || '–' },
  { key: 'at', header: 'Checked', numeric: true, cell: ({ checked_at }) => <Time at={checked_at} /> },
]

/** The engines that an agent has reported. */
export function AgentEngines({ engines }: { engines: Engine[] }) {
  return (
    <Panel title="Engines" flush>
      {engines.length === 0 ? (
        <Empty title="No engines reported yet.">
          Agents report them with heartbeats; a virtual agent has only the simulated engine.
        </Empty>
      ) : (
        <DataTable label="Engines" rows={engines} rowKey={({ engine }) => engine} columns={COLUMNS} />
      )}
    </Panel>
  )
}

import { Link } from '@tanstack/react-router'
import type { Setup } from '../../api/setups.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { mainMetric, sizeText } from '../../lib/changes.ts'
import { formatNumber, unitsKept } from '../../lib/format.ts'
import { metricInfo } from '../../lib/units.ts'
import { AgainstReference } from '../../ui/AgainstReference.tsx'
import common from '../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Simulated } from '../../ui/Marks.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'
import { SetupSpark } from './SetupSpark.tsx'
import css from './setups.module.css'

const main = ({ metrics }: Setup) => {
  const name = mainMetric(Object.keys(metrics))
  const metric = name === undefined ? undefined : metrics[name]
  return name !== undefined && metric ? { name, metric } : undefined
}

const COLUMNS: Column<Setup>[] = [
  { key: 'setup', header: 'Setup', card: 'name', cell: (setup) => <SetupName setup={setup} /> },
  { key: 'state', header: 'State', card: 'beside', cell: ({ state }) => <StateBadge state={state} /> },
  {
    key: 'spark',
    header: 'Last runs',
    cell: (setup) => {
      const found = main(setup)
      return found ? <SetupSpark setup={setup} metric={found.name} /> : NOTHING
    },
  },
  {
    key: 'last',
    header: 'Last run',
    numeric: true,
    cell: (setup) => {
      const found = main(setup)
      return found ? <Metric value={found.metric.last} unit={metricInfo(found.name).unit} /> : NOTHING
    },
  },
  {
    key: 'against',
    header: 'Against its reference',
    card: 'below',
    cell: (setup) => {
      const found = main(setup)
      const confirmed = setup.state === 'worse' || setup.state === 'improved'
      return found ? <AgainstReference {...found} confirmed={confirmed} /> : NOTHING
    },
  },
  {
    key: 'noticeable',
    header: 'Noticeable from',
    numeric: true,
    cell: (setup) => {
      const found = main(setup)
      const pct = found?.metric.noticeable_pct ?? null
      return found && pct !== null ? sizeText(pct, found.name) : NOTHING
    },
  },
  { key: 'runs', header: 'Runs', numeric: true, cell: ({ runs }) => formatNumber(runs) },
  { key: 'at', header: 'Last', numeric: true, cell: ({ last_at }) => <Time at={last_at} /> },
]

/** Setups, each with its state, its last runs and its last run against the reference. */
export function SetupsTable({ setups }: { setups: Setup[] }) {
  return <DataTable label="Setups" rows={setups} rowKey={({ id }) => id} columns={COLUMNS} />
}

const INCOMPLETE = ' · incomplete: its results do not say what was measured'

/** A setup by its model and the rest; on a card, which cuts it, its load comes first. */
function SetupName({ setup }: { setup: Setup }) {
  const agentName = useAgentName()
  const { id, model, engine, agent_id, hardware, benchmark, load, partial, simulated } = setup
  const about = [engine, agent_id === null ? undefined : agentName(agent_id), hardware, benchmark, load]
  return (
    <div>
      <div className={css.name}>
        <Link to="/setups/$id" params={{ id }} className={common.name ?? ''}>
          {model}
        </Link>
        {simulated && <Simulated />}
      </div>
      <div className={`${common.sub} ${common.notOnCard}`}>
        {unitsKept(about.filter(Boolean).join(' · '))}
        {partial && INCOMPLETE}
      </div>
      <div className={common.onCard}>
        {unitsKept([load, ...about.slice(0, -1)].filter(Boolean).join(' · '))}
        {partial && INCOMPLETE}
      </div>
    </div>
  )
}

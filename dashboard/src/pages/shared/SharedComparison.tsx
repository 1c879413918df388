import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { JudgedComparison } from '../../../../app/setups/schema.ts'
import { resultsApart } from '../../lib/apart.ts'
import { formatPercent } from '../../lib/format.ts'
import { mainMetrics, metricName } from '../../lib/metric-names.ts'
import { type ResultView, readResult } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import common from '../../ui/common.module.css'
import { type Column, DataTable, NOTHING } from '../../ui/DataTable.tsx'
import { Differs } from '../../ui/Differs.tsx'
import { Metric } from '../../ui/Metric.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { StateBadge } from '../../ui/StateBadge.tsx'
import { Time } from '../../ui/Time.tsx'

import css from './shared.module.css'

type Compared = JudgedComparison['metrics'][number]

const LEVELS = {
  same: 'These are runs of one setup.',
  remarks: 'These can be compared, with remarks.',
  not_comparable: 'These cannot be compared: too much differs.',
} as const

/** Results side by side, the differences and verdicts against the first. */
export default function SharedComparison({ comparison }: { comparison: JudgedComparison }) {
  const [all, setAll] = useState(false)
  const results = useMemo(() => comparison.items.map(readResult), [comparison])
  const apart = useMemo(() => resultsApart(results, labelOf, () => ''), [results])
  const { comparable, metrics } = comparison
  const main = mainMetrics(metrics)
  return (
    <div className={common.stack}>
      <Panel title="Compared">
        <ol>
          {results.map((result, i) => (
            <li key={result.id}>
              {i + 1}: <b>{result.model}</b> on {result.engine} {result.engineVersion}
              {result.gpu && `, ${result.gpu}`}
              {apart[i] && `, ${apart[i]}`}, <Time at={result.at} full />
            </li>
          ))}
        </ol>
        <p>{LEVELS[comparable.level]}</p>
        {comparable.remarks.map((remark) => (
          <p key={remark}>{remark}</p>
        ))}
        {comparable.differs.length > 0 && <Differs differs={comparable.differs} />}
      </Panel>
      <Panel title="Numbers" flush>
        <DataTable
          label="Numbers"
          rows={all ? metrics : main}
          rowKey={({ name }) => name}
          columns={columnsOf(results, apart)}
        />
        {metrics.length > main.length && (
          <div className={css.more}>
            <Button variant="subtle" onClick={() => setAll(!all)}>
              {all ? 'Main metrics only' : `All ${metrics.length} metrics`}
            </Button>
          </div>
        )}
      </Panel>
    </div>
  )
}

const labelOf = ({ engine, model }: ResultView): string => `${engine}, ${model}`

/** What tells the results from each other: not the engine and model that all have. */
function namesOf(results: ResultView[], apart: string[]): string[] {
  const labels = results.map(labelOf)
  const isOne = new Set(labels).size === 1
  return labels.map((label, i) => [isOne && apart[i] ? '' : label, apart[i]].filter(Boolean).join(', '))
}

/** A long header, which takes as many lines as it needs. */
const headOf = (header: string) => ({ header, head: <span className={css.head}>{header}</span> })

const columnsOf = (results: ResultView[], apart: string[]): Column<Compared>[] => [
  { key: 'metric', header: 'Metric', cell: ({ name }) => metricName(name) },
  ...results.map((result, i) => ({
    key: result.id,
    ...headOf(`${i + 1}: ${namesOf(results, apart)[i]}`),
    numeric: true,
    cell: (metric: Compared) => <Value metric={metric} id={result.id} />,
  })),
]

function Value({ metric: { name, values, delta_pct, verdict }, id }: { metric: Compared; id: string }) {
  const value = values[id] ?? undefined
  if (value === undefined) return NOTHING
  const delta = delta_pct[id] ?? 0
  const judged = verdict[id]
  return (
    <div>
      <Metric value={value} unit={metricInfo(name).unit} size="small" />
      {delta !== 0 && <div className={common.sub}>{formatPercent(delta)}</div>}
      {judged && (
        <div>
          <StateBadge state={judged} />
        </div>
      )}
    </div>
  )
}

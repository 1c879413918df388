import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { JudgedComparison } from '../../../../app/setups/schema.ts'
import { useAgentName } from '../../api/useAgentName.ts'
import { resultsApart } from '../../lib/apart.ts'
import { plural } from '../../lib/format.ts'
import { readResult } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
import { Empty } from '../../ui/Empty.tsx'
import { CompareBars } from './CompareBars.tsx'
import { Differences } from './Differences.tsx'
import { MetricsTable } from './MetricsTable.tsx'
import { useVerdicts } from './useVerdicts.ts'
import { VerdictsPanel } from './VerdictsPanel.tsx'

const route = getRouteApi('/compare')
type Props = { comparison: JudgedComparison; ids: string[]; metric: string | undefined }

/** Verdicts on the runs, the differences between them, their metrics, and one metric as bars. */
export function Compared({ comparison, ids, metric }: Props) {
  const navigate = route.useNavigate()
  const results = useMemo(() => {
    const order = comparison.groups.flatMap((group) => group.ids)
    const read = comparison.items.map(readResult)
    // Runs of one setup beside each other.
    return read.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
  }, [comparison])
  const agentName = useAgentName()
  const apart = useMemo(() => {
    const texts = resultsApart(results, ({ model, engine }) => `${model}\n${engine}`, agentName)
    return new Map(results.map(({ id }, i) => [id, texts[i] ?? '']))
  }, [results, agentName])
  const verdicts = useVerdicts(results, comparison.groups)
  const show = (next: string[]) => void navigate({ search: (now) => ({ ...now, ids: next.join(',') }) })
  const actions = {
    remove: (id: string) => show(ids.filter((one) => one !== id)),
    makeFirst: (id: string) => show([id, ...ids.filter((one) => one !== id)]),
  }
  const { missing, metrics } = comparison
  return (
    <div className={common.stack}>
      {missing.length > 0 && (
        <Empty title={`${plural(missing.length, 'result')} not found, perhaps deleted.`} />
      )}
      <VerdictsPanel verdicts={verdicts} />
      <Differences results={results} apart={apart} actions={actions} />
      <MetricsTable metrics={metrics} results={results} apart={apart} verdicts={verdicts} />
      <CompareBars
        metrics={metrics}
        results={results}
        apart={apart}
        chosen={metric}
        onChoose={(name) => void navigate({ search: (now) => ({ ...now, metric: name }), replace: true })}
      />
    </div>
  )
}

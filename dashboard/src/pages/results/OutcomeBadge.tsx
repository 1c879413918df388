import { isNote } from '../../../../app/results/warning-kinds.ts'
import { plural } from '../../lib/format.ts'
import type { ResultView } from '../../lib/result.ts'
import { StateBadge } from '../../ui/StateBadge.tsx'

/** A badge: passed, failed, or the number of warnings. */
export function OutcomeBadge({ result }: { result: ResultView }) {
  const { passed } = result
  const warnings = result.warnings.filter(({ code }) => !isNote(code))
  if (passed === false) return <StateBadge state="failed" />
  if (warnings.length > 0) return <StateBadge state="warning" word={plural(warnings.length, 'warning')} />
  return passed ? <StateBadge state="passed" /> : <span>–</span>
}

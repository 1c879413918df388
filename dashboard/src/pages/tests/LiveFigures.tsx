import type { QuickTest } from '../../api/tests.ts'
import { asNumber } from '../../lib/loose.ts'
import { Figure, Figures } from '../../ui/Figures.tsx'
import { isOpen } from './test-state.ts'

/** The numbers so far; of a test that ended without a result, those until then. */
export function LiveFigures({ test: { progress, status } }: { test: QuickTest }) {
  if (!progress) return null
  const when = isOpen(status) ? 'so far' : 'until then'
  const { metrics } = progress
  const failed = asNumber(metrics['failed_requests']) ?? 0
  return (
    <Figures>
      <Figure name={`Output throughput ${when}`} value={asNumber(metrics['output_tps'])} unit="tok/s" main />
      <Figure name="Time to first token" value={asNumber(metrics['ttft_ms'])} unit="ms" />
      {failed > 0 && <Figure name="Failed requests" value={failed} unit="" />}
    </Figures>
  )
}

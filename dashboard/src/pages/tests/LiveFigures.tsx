import type { QuickTest } from '../../api/tests.ts'
import { asNumber } from '../../lib/loose.ts'
import { Figure, Figures } from '../../ui/Figures.tsx'

/** The numbers so far. */
export function LiveFigures({ progress }: { progress: QuickTest['progress'] }) {
  if (!progress) return null
  const { metrics } = progress
  const failed = asNumber(metrics['failed_requests']) ?? 0
  return (
    <Figures>
      <Figure name="Output throughput so far" value={asNumber(metrics['output_tps'])} unit="tok/s" main />
      <Figure name="Time to first token" value={asNumber(metrics['ttft_ms'])} unit="ms" />
      {failed > 0 && <Figure name="Failed requests" value={failed} unit="" />}
    </Figures>
  )
}

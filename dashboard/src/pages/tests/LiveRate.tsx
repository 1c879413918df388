import type { QuickTest } from '../../api/tests.ts'
import { asNumber } from '../../lib/loose.ts'
import { Metric } from '../../ui/Metric.tsx'

/** The throughput so far. */
export function LiveRate({ progress }: { progress: QuickTest['progress'] }) {
  const rate = asNumber(progress?.metrics['output_tps'])
  return rate === undefined ? <span /> : <Metric value={rate} unit="tok/s" size="large" />
}

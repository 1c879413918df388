import { lazy, Suspense } from 'react'
import { curveOf } from '../../lib/curve.ts'
import type { ResultView } from '../../lib/result.ts'
import { Lines } from '../../ui/Lines.tsx'
import { Panel } from '../../ui/Panel.tsx'

const CurveChart = lazy(() => import('../../charts/CurveChart.tsx'))

/** What latency does as the load grows, where a sweep was measured. */
export function CurvePanel({ result }: { result: ResultView }) {
  const points = curveOf(result.document)
  if (points.length === 0) return null
  return (
    <Panel title="Latency over load">
      <Suspense fallback={<Lines n={8} height={28} />}>
        <CurveChart points={points} />
      </Suspense>
    </Panel>
  )
}

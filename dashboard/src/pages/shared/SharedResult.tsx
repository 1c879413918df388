import { lazy, Suspense, useMemo } from 'react'
import type { StoredResult } from '../../api/results.ts'
import { curveOf } from '../../lib/curve.ts'
import { readResult } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { Benchmarks } from '../results/Benchmarks.tsx'
import { Distributions } from '../results/Distributions.tsx'
import { MainMetrics } from '../results/MainMetrics.tsx'
import { OtherMetrics } from '../results/OtherMetrics.tsx'
import { ResultContext } from '../results/ResultContext.tsx'
import { ResultWarnings } from '../results/ResultWarnings.tsx'
import css from '../results/results.module.css'

const CurveChart = lazy(() => import('../../charts/CurveChart.tsx'))

/** A result without the ways to other views. */
export default function SharedResult({ result }: { result: StoredResult }) {
  const view = useMemo(() => readResult(result), [result])
  const curve = curveOf(view.document)
  const about = [view.model, `on ${view.engine} ${view.engineVersion ?? ''}`.trim(), view.gpu]
  return (
    <div className={common.stack}>
      <Panel title={about.filter(Boolean).join(', ')}>
        <div className={css.headline}>
          <MainMetrics result={view} />
          <ResultWarnings result={view} />
        </div>
      </Panel>
      {curve.length > 0 && (
        <Panel title="Latency over load">
          <Suspense fallback={<SkeletonLines n={8} height={28} />}>
            <CurveChart points={curve} />
          </Suspense>
        </Panel>
      )}
      <Distributions result={view} />
      <div className={css.pair}>
        <ResultContext result={view} />
        <OtherMetrics result={view} />
      </div>
      <Benchmarks result={view} />
    </div>
  )
}

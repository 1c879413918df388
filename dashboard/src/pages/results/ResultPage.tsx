import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Suspense, useMemo } from 'react'
import { resultQuery, type StoredResult } from '../../api/results.ts'
import { curveOf } from '../../lib/curve.ts'
import { type ResultView, readResult } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
import { JsonFold } from '../../ui/Fold.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { Imported, Simulated } from '../../ui/Marks.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { ShareButton } from '../../ui/ShareButton.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { Benchmarks } from './Benchmarks.tsx'
import { Distributions } from './Distributions.tsx'
import { MainMetrics } from './MainMetrics.tsx'
import { OtherMetrics } from './OtherMetrics.tsx'
import { OutcomeBadge } from './OutcomeBadge.tsx'
import { ResultActions } from './ResultActions.tsx'
import { ResultContext } from './ResultContext.tsx'
import { ResultLead } from './ResultLead.tsx'
import { ResultNotes } from './ResultNotes.tsx'
import { ResultPlace } from './ResultPlace.tsx'
import { ResultRequests } from './ResultRequests.tsx'
import { ResultWarnings } from './ResultWarnings.tsx'
import css from './results.module.css'
import { Tags } from './Tags.tsx'

const route = getRouteApi('/results/$id')

/** One result: metrics, warnings, context and document. */
export function ResultPage() {
  const { id } = route.useParams()
  const result = useQuery(resultQuery(id))
  const view = result.data && readResult(result.data)
  return (
    <Page
      title={view?.model ?? 'Result'}
      above={<Link to="/results">Results</Link>}
      beside={
        view && (
          <>
            <OutcomeBadge result={view} />
            {view.simulated && <Simulated />}
            {view.imported && <Imported from={view.imported} />}
            <Tags tags={view.tags} />
          </>
        )
      }
      lead={view && <ResultLead result={view} />}
      actions={
        view && (
          <>
            <ShareButton view={{ kind: 'result', id }} name={view.model} />
            <ResultActions result={view} />
          </>
        )
      }
    >
      <Loaded query={result} lines={10} height={26}>
        {(stored) => <ResultBody stored={stored} />}
      </Loaded>
    </Page>
  )
}

function ResultBody({ stored }: { stored: StoredResult }) {
  const view = useMemo(() => readResult(stored), [stored])
  return (
    <div className={common.stack}>
      <Panel title="Headline">
        <div className={css.headline}>
          <MainMetrics result={view} />
          <ResultWarnings result={view} />
        </div>
      </Panel>
      <ResultPlace result={view} />
      <CurvePanel result={view} />
      <ResultRequests result={view} />
      <Distributions result={view} />
      <ResultNotes key={`${view.notes}\n${view.tags.join('\n')}`} result={view} />
      <div className={css.pair}>
        <ResultContext result={view} />
        <OtherMetrics result={view} />
      </div>
      <Benchmarks result={view} />
      <Panel title="Document">
        <JsonFold title="Show the whole document" value={stored} />
      </Panel>
    </div>
  )
}

const CurveChart = lazyPart(() => import('../../charts/CurveChart.tsx').then((one) => one.default))

/** Latency over load, if a sweep was measured. */
function CurvePanel({ result }: { result: ResultView }) {
  const points = curveOf(result.document)
  if (points.length === 0) return null
  return (
    <Panel title="Latency over load">
      <Suspense fallback={<SkeletonLines n={8} height={28} />}>
        <CurveChart points={points} />
      </Suspense>
    </Panel>
  )
}

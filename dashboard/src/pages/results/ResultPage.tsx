import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { resultQuery, type StoredResult } from '../../api/results.ts'
import { readResult } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
import { Lines } from '../../ui/Lines.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Benchmarks } from './Benchmarks.tsx'
import { CurvePanel } from './CurvePanel.tsx'
import { DeleteResult } from './DeleteResult.tsx'
import { Distributions } from './Distributions.tsx'
import { DownloadDocument } from './DownloadDocument.tsx'
import { HeadFigures } from './HeadFigures.tsx'
import { OtherMetrics } from './OtherMetrics.tsx'
import { RawDocument } from './RawDocument.tsx'
import { ResultContext } from './ResultContext.tsx'
import { ResultLead } from './ResultLead.tsx'
import css from './results.module.css'
import { Simulated } from './Simulated.tsx'
import { Trust } from './Trust.tsx'
import { Verdict } from './Verdict.tsx'

const route = getRouteApi('/results/$id')

/** One result: its numbers, whether to believe them, and everything else it holds. */
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
            <Trust result={view} />
            {view.simulated && <Simulated />}
          </>
        )
      }
      lead={view && <ResultLead result={view} />}
      actions={
        <>
          <DownloadDocument id={id} />
          <DeleteResult id={id} />
        </>
      }
    >
      <Loaded query={result} skeleton={<Lines n={10} height={26} />}>
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
          <HeadFigures result={view} />
          <Verdict result={view} />
        </div>
      </Panel>
      <CurvePanel result={view} />
      <Distributions result={view} />
      <div className={css.pair}>
        <ResultContext result={view} />
        <OtherMetrics result={view} />
      </div>
      <Benchmarks result={view} />
      <RawDocument document={stored} />
    </div>
  )
}

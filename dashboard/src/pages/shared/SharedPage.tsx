import { useQuery } from '@tanstack/react-query'
import { lazy, type MouseEvent, Suspense } from 'react'
import { ApiError } from '../../../../app/client/client.ts'
import { type Shared, sharedQuery } from '../../api/shares.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { Page } from '../../ui/Page.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './shared.module.css'

const SharedResult = lazy(() => import('./SharedResult.tsx'))
const SharedComparison = lazy(() => import('./SharedComparison.tsx'))
const SharedSeries = lazy(() => import('./SharedSeries.tsx'))
const WAIT = <SkeletonLines n={10} height={26} />

/** The view of a shared link. Its secret stands behind the #, which no server is sent. */
export function SharedPage() {
  const secret = location.hash.slice(1)
  const shared = useQuery({ ...sharedQuery(secret), enabled: secret !== '', retry: false })
  const { data, error } = shared
  const isOver = secret === '' || (error instanceof ApiError && error.status < 429)
  return (
    <div className={css.page} onClickCapture={stay}>
      <Page title={data?.name ?? 'Shared by KITT'} lead={data && <Lead shared={data} />}>
        {isOver ? (
          <Panel title="Nothing to see">
            <Empty title="This link shows nothing.">
              It has expired, was revoked, or is not complete. Ask for another one.
            </Empty>
          </Panel>
        ) : (
          <Loaded query={shared} lines={10} height={26}>
            {(one) => <Suspense fallback={WAIT}>{viewOf(one)}</Suspense>}
          </Loaded>
        )}
      </Page>
    </div>
  )
}

function viewOf(shared: Shared) {
  if (shared.kind === 'result') return <SharedResult result={shared.result} />
  if (shared.kind === 'comparison') return <SharedComparison comparison={shared.comparison} />
  return <SharedSeries setup={shared.setup} series={shared.series} />
}

const WORDS = { result: 'One result', comparison: 'A comparison', series: 'A series' }

const Lead = ({ shared: { kind, created_at, expires_at } }: { shared: Shared }) => (
  <>
    {WORDS[kind]}, measured with KITT. Shared <Time at={created_at} full />, until{' '}
    <Time at={expires_at} full />.
  </>
)

/** Keeps a click on a link of a view from leading into the app. */
function stay(event: MouseEvent) {
  if (!(event.target instanceof Element) || !event.target.closest('a[href^="/"]')) return
  event.preventDefault()
  event.stopPropagation()
}

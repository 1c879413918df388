import { Select } from '@mantine/core'
import { type ReactNode, Suspense, useMemo, useState } from 'react'
import { formatNumber, plural } from '../../lib/format.ts'
import { type KeptRequest, type KeptRun, keptRuns } from '../../lib/kept-requests.ts'
import type { ResultView } from '../../lib/result.ts'
import common from '../../ui/common.module.css'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { RequestsTable } from './RequestsTable.tsx'
import css from './results.module.css'

const Timeline = lazyPart(() => import('../../charts/requests/Timeline.tsx').then((one) => one.Timeline))
const Spread = lazyPart(() => import('../../charts/requests/Spread.tsx').then((one) => one.Spread))
const WAIT = <SkeletonLines n={6} height={30} />

/** The requests of a run over time, and their distribution, of documents that keep them. */
export function ResultRequests({ result }: { result: ResultView }) {
  const runs = useMemo(() => keptRuns(result.document), [result])
  const [chosen, setChosen] = useState<string>()
  const run = runs.find(({ key }) => key === chosen) ?? runs[0]
  if (!run) return null
  const picker = runs.length > 1 && (
    <Select
      size="xs"
      aria-label="Run"
      data={runs.map(({ key, label }) => ({ value: key, label }))}
      value={run.key}
      onChange={(key) => setChosen(key ?? undefined)}
      allowDeselect={false}
    />
  )
  return (
    <>
      <Panel title="Requests over time" aside={<Aside run={run}>{picker}</Aside>}>
        <div className={common.stack}>
          <Suspense fallback={WAIT}>
            <Timeline run={run} />
          </Suspense>
          <RequestsTable key={run.key} run={run} />
        </div>
      </Panel>
      <DistributionPanel key={run.key} run={run} />
    </>
  )
}

/** How much of the run is shown. */
function Aside({ run: { requests, counted }, children }: { run: KeptRun; children: ReactNode }) {
  const warmup = requests.filter((one) => one.warmup).length
  const kept = requests.length - warmup
  return (
    <>
      <span>
        {counted !== undefined && counted > kept
          ? `the first ${formatNumber(kept)} of ${plural(counted, 'request')}`
          : plural(kept, 'request')}
        {warmup > 0 && `, and ${formatNumber(warmup)} before to warm up`}
      </span>
      {children}
    </>
  )
}

const METRICS = [
  ['ttft', 'Time to first token'],
  ['tpot', 'Time per output token'],
  ['e2e', 'Request latency'],
] as const
type Key = (typeof METRICS)[number][0]

/** Fewer values have no shape. */
const LEAST = 4

function DistributionPanel({ run }: { run: KeptRun }) {
  const [chosen, setChosen] = useState<Key>('ttft')
  const able = METRICS.filter(([key]) => valuesOf(run.requests, key).length >= LEAST)
  const found = able.find(([key]) => key === chosen) ?? able[0]
  if (!found) return null
  const [key, name] = found
  return (
    <Panel
      title="Distribution of the requests"
      aside={
        <Select
          size="xs"
          aria-label="Metric of the distribution"
          data={able.map(([value, label]) => ({ value, label }))}
          value={key}
          onChange={(value) => setChosen((value as Key | null) ?? 'ttft')}
          allowDeselect={false}
        />
      }
    >
      <div className={css.spreadBox}>
        <Suspense fallback={WAIT}>
          <Spread name={name} unit="ms" values={valuesOf(run.requests, key)} />
        </Suspense>
      </div>
    </Panel>
  )
}

const valuesOf = (requests: readonly KeptRequest[], key: Key): number[] =>
  requests.flatMap((one) => (one.warmup || one.failed !== undefined ? [] : (one[key] ?? [])))

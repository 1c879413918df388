import { Select, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Suspense, useEffect, useMemo } from 'react'
import { HOLDING_ALERT, isOneOf } from '../../../../lib/states.ts'
import { alertsQuery } from '../../api/alerts.ts'
import { type Series, type SetupDetail, seriesQuery } from '../../api/setups.ts'
import { mainMetric } from '../../lib/changes.ts'
import { metricName } from '../../lib/metric-names.ts'
import { Empty } from '../../ui/Empty.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { ShareButton } from '../../ui/ShareButton.tsx'
import { SkeletonLines } from '../../ui/SkeletonLines.tsx'
import { ChangesList } from './ChangesList.tsx'
import css from './setups.module.css'

const route = getRouteApi('/setups/$id')
const SeriesChart = lazyPart(() => import('../../charts/series/SeriesChart.tsx').then((one) => one.default))
const WAIT = <SkeletonLines n={12} height={30} />

/** One metric of a setup over time. */
export function SeriesPanel({ setup }: { setup: SetupDetail }) {
  // Its code comes along with the runs: after them, React would show their absence for another 300 ms.
  useEffect(() => void SeriesChart.preload(), [])
  const { metric: asked, scale } = route.useSearch()
  const navigate = route.useNavigate()
  const names = [...new Set([...Object.keys(setup.metrics), ...Object.keys(setup.rule.watch)])]
  const metric = asked ?? mainMetric(names)
  const series = useQuery({ ...seriesQuery(setup.id, metric ?? ''), enabled: metric !== undefined })
  const choices = [...new Set([...names, ...(asked ? [asked] : [])])]
  const log = scale === 'log'
  const show = (next: { metric?: string; scale?: 'log' | undefined }) =>
    void navigate({ search: (now) => ({ ...now, ...next }), replace: true })
  return (
    <Panel
      title={`${metric === undefined ? 'Series' : metricName(metric)} over time`}
      aside={
        <div className={css.chooser}>
          <Switch
            size="xs"
            label="Logarithmic"
            checked={log}
            onChange={(event) => show({ scale: event.currentTarget.checked ? 'log' : undefined })}
          />
          <Select
            size="xs"
            aria-label="Metric"
            data={choices.map((value) => ({ value, label: metricName(value) }))}
            value={metric ?? null}
            onChange={(value) => value && show({ metric: value })}
            allowDeselect={false}
            searchable
          />
          {metric !== undefined && (
            <ShareButton
              size="xs"
              view={{ kind: 'series', setup_id: setup.id, metric }}
              name={`${setup.model}: ${metricName(metric)}`}
            />
          )}
        </div>
      }
    >
      {metric === undefined ? (
        <Empty title="No metric of this setup can be judged.">
          Its results hold none of the metrics that are watched.
        </Empty>
      ) : (
        <Loaded query={series} lines={12} height={30}>
          {(one) => <Drawn setup={setup} series={one} log={log} />}
        </Loaded>
      )}
    </Panel>
  )
}

function Drawn({ setup, series, log }: { setup: SetupDetail; series: Series | null; log: boolean }) {
  const alerts = useQuery(alertsQuery({ setup_id: setup.id, per_page: 100 })).data?.items
  const marks = useMemo(
    () =>
      (alerts ?? []).map(({ created_at, state }) => ({
        at: Date.parse(created_at) / 1000,
        standing: isOneOf(HOLDING_ALERT, state),
      })),
    [alerts],
  )
  if (!series || series.points.length === 0)
    return <Empty title="No run of this setup has this metric.">Choose another metric.</Empty>
  return (
    <>
      <Suspense fallback={WAIT}>
        <SeriesChart series={series} environments={setup.environments} alerts={marks} log={log} />
      </Suspense>
      <ChangesList series={series} />
    </>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { type Setup, seriesQuery } from '../../api/setups.ts'
import { Spark } from '../../charts/Spark.tsx'
import { plural } from '../../lib/format.ts'
import { metricName } from '../../lib/metric-names.ts'
import css from './setups.module.css'

const SHOWN = 30
const DAYS_MS = 90 * 86_400_000

/** The last runs of a setup as a small line over the noise band of its segment. */
export function SetupSpark({ setup, metric }: { setup: Setup; metric: string }) {
  // The rows are rendered before each of them sends its request.
  const enabled = useDeferredValue(true, false)
  const since = new Date(Date.parse(setup.last_at) - DAYS_MS).toISOString()
  const { data } = useQuery({ ...seriesQuery(setup.id, metric, since), enabled, staleTime: 60_000 })
  const values =
    data?.points
      .filter(({ valid }) => valid)
      .map(({ value }) => value)
      .slice(-SHOWN) ?? []
  if (values.length < 2) return <span className={css.noSpark} />
  const { low = null, high = null } = data?.segments.at(-1) ?? {}
  return (
    <Spark
      values={values}
      band={low !== null && high !== null ? [low, high] : undefined}
      label={`${metricName(metric)}, the last ${plural(values.length, 'run')}`}
      tone={setup.state === 'worse' ? 'bad' : setup.state === 'improved' ? 'ok' : 'plain'}
    />
  )
}

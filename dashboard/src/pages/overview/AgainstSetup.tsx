import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useDeferredValue } from 'react'
import { comparableQuery, type SetupDetail, setupQuery } from '../../api/setups.ts'
import { isWorse, mainMetric } from '../../lib/changes.ts'
import { headline, type ResultView } from '../../lib/result.ts'
import { metricInfo } from '../../lib/units.ts'
import { AgainstReference } from '../../ui/AgainstReference.tsx'
import css from './overview.module.css'

const NONE = <span title="No setup: the document does not say what was measured">–</span>

/** A result against the earlier runs of its setup, in words; linked to the setup. */
export function AgainstSetup({ result }: { result: ResultView }) {
  // The rows are rendered before each of them sends its request.
  const enabled = useDeferredValue(true, false)
  const { data } = useQuery({ ...comparableQuery(result.id), enabled, staleTime: 60_000 })
  const main = headline(result)
  const part = data?.setups.find(({ benchmark }) => benchmark === main?.benchmark) ?? data?.setups[0]
  const setup = useQuery({ ...setupQuery(part?.setup_id ?? ''), enabled: part !== undefined }).data
  if (!part || !setup) return data ? NONE : <span className={css.dim}>…</span>
  return (
    <Link to="/setups/$id" params={{ id: setup.id }} className={css.against ?? ''}>
      {part.valid ? (
        <Words result={result} setup={setup} />
      ) : (
        <span className={css.dim}>
          left out: {part.reasons.map((one) => one.replaceAll('_', ' ')).join(', ')}
        </span>
      )}
    </Link>
  )
}

function Words({ result, setup }: { result: ResultView; setup: SetupDetail }) {
  const wanted = headline(result)?.name ?? ''
  const name = setup.metrics[wanted] ? wanted : mainMetric(Object.keys(setup.metrics))
  const metric = name === undefined ? undefined : setup.metrics[name]
  if (name === undefined || !metric) return NONE
  const of = ({ benchmark, name: one }: { benchmark: string; name: string }) =>
    one === name && benchmark === setup.benchmark
  const last = result.measures.find(of)?.value ?? headline(result)?.value ?? metric.last
  const delta_pct = metric.reference ? (last / metric.reference - 1) * 100 : null
  const worse = delta_pct === null ? undefined : isWorse(metricInfo(name).better, delta_pct)
  const confirmed = setup.state === 'worse' ? worse === true : setup.state === 'improved' && worse === false
  return <AgainstReference name={name} metric={{ ...metric, last, delta_pct }} confirmed={confirmed} />
}

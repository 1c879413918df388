import { Link } from '@tanstack/react-router'
import { useAgentName } from '../../api/useAgentName.ts'
import { formatDuration } from '../../lib/format.ts'
import type { ResultView } from '../../lib/result.ts'
import { Time } from '../../ui/Time.tsx'

/** One line with benchmarks, engine, GPU, agent, time and duration. */
export function ResultLead({ result }: { result: ResultView }) {
  const agentName = useAgentName()
  const { benchmarks, engine, engineVersion, gpu, agentId, at, seconds, suite } = result
  const what = benchmarks.length > 0 ? benchmarks.join(', ') : suite || 'Measured'
  return (
    <>
      {what} on {engine}
      {engineVersion && ` ${engineVersion}`}
      {gpu && `, ${gpu}`}
      {agentId && (
        <>
          , by{' '}
          <Link to="/agents/$id" params={{ id: agentId }}>
            {agentName(agentId)}
          </Link>
        </>
      )}
      , <Time at={at} full />
      {seconds !== undefined && `, took ${formatDuration(seconds)}`}
    </>
  )
}

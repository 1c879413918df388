import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { resultQuery } from '../../api/results.ts'
import { readResult } from '../../lib/result.ts'
import { Loaded } from '../../ui/Loaded.tsx'
import { MainMetrics } from './MainMetrics.tsx'
import { ResultWarnings } from './ResultWarnings.tsx'

/** A summary of a result: main metrics, warnings, and a link. */
export function ResultFigures({ id }: { id: string }) {
  const result = useQuery(resultQuery(id))
  return (
    <Loaded query={result} lines={2} height={36}>
      {(stored) => {
        const view = readResult(stored)
        return (
          <>
            <MainMetrics result={view} />
            <ResultWarnings result={view} />
            <p>
              <Link to="/results/$id" params={{ id }}>
                Open the result
              </Link>
            </p>
          </>
        )
      }}
    </Loaded>
  )
}

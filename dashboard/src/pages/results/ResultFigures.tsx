import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { resultQuery } from '../../api/results.ts'
import { readResult } from '../../lib/result.ts'
import { Lines } from '../../ui/Lines.tsx'
import { Loaded } from '../../ui/Loaded.tsx'
import { HeadFigures } from './HeadFigures.tsx'
import { Verdict } from './Verdict.tsx'

/** A summary of a result: main metrics, warnings, and a link. */
export function ResultFigures({ id }: { id: string }) {
  const result = useQuery(resultQuery(id))
  return (
    <Loaded query={result} skeleton={<Lines n={2} height={36} />}>
      {(stored) => {
        const view = readResult(stored)
        return (
          <>
            <HeadFigures result={view} />
            <Verdict result={view} />
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

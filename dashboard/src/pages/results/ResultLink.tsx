import { Link } from '@tanstack/react-router'
import type { ResultView } from '../../lib/result.ts'
import { Imported, Simulated } from '../../ui/Marks.tsx'
import css from './results.module.css'

/** A link to a result by its model, marked if it is simulated. */
export function ResultLink({ result }: { result: ResultView }) {
  return (
    <span className={css.link}>
      <Link to="/results/$id" params={{ id: result.id }}>
        {result.model}
      </Link>{' '}
      {result.simulated && <Simulated />}
      {result.imported && <Imported from={result.imported} />}
    </span>
  )
}

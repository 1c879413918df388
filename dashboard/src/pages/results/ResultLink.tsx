import { Link } from '@tanstack/react-router'
import type { ResultView } from '../../lib/result.ts'
import css from './results.module.css'
import { Simulated } from './Simulated.tsx'

/** A result by its model, saying at once if its numbers are simulated or it failed. */
export function ResultLink({ result }: { result: ResultView }) {
  return (
    <span className={css.link}>
      <Link to="/results/$id" params={{ id: result.id }}>
        {result.model}
      </Link>
      {result.simulated && <Simulated />}
    </span>
  )
}

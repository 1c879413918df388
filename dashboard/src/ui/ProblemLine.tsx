import common from './common.module.css'
import { problemText } from './problem.ts'

/** What went wrong at the last try, if something did. */
export function ProblemLine({ error }: { error: unknown }) {
  if (!error) return null
  return (
    <p className={common.problem} role="alert">
      {problemText(error)}
    </p>
  )
}

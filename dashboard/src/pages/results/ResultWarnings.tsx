import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconFlask,
  IconInfoCircle,
} from '@tabler/icons-react'
import { isNote } from '../../../../app/results/warning-kinds.ts'
import type { ResultView } from '../../lib/result.ts'
import css from './results.module.css'

/** The reasons to doubt a result: simulated, failed, interrupted, warnings. */
export function ResultWarnings({ result }: { result: ResultView }) {
  const { simulated, passed, warnings } = result
  return (
    <ul className={css.verdict}>
      {simulated && (
        <li data-tone="warn">
          <IconFlask size={17} aria-hidden />
          Simulated: no hardware was measured. The numbers only show how KITT works.
        </li>
      )}
      {passed === false && (
        <li data-tone="bad">
          <IconCircleX size={17} aria-hidden />
          Not all benchmarks passed: see below.
        </li>
      )}
      {result.document['interrupted'] === true && (
        <li data-tone="bad">
          <IconCircleX size={17} aria-hidden />
          Interrupted: only the requests answered until then were measured.
        </li>
      )}
      {warnings.map(({ code, message, about }) => (
        <li key={`${code} ${about} ${message}`} data-tone={isNote(code) ? 'note' : 'warn'}>
          {isNote(code) ? (
            <IconInfoCircle size={17} aria-hidden />
          ) : (
            <IconAlertTriangle size={17} aria-hidden />
          )}
          <span>
            {message} <code>{code}</code>
            {about && ` in ${about}`}
          </span>
        </li>
      ))}
      {!simulated && passed !== false && warnings.every(({ code }) => isNote(code)) && (
        <li data-tone="ok">
          <IconCircleCheck size={17} aria-hidden />
          No warnings.
        </li>
      )}
    </ul>
  )
}

import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconFlask } from '@tabler/icons-react'
import type { ResultView } from '../../lib/result.ts'
import css from './results.module.css'

/** Whether to believe a result, and if not, why. */
export function Verdict({ result }: { result: ResultView }) {
  const { simulated, passed, warnings } = result
  return (
    <ul className={css.verdict}>
      {simulated && (
        <li data-tone="warn">
          <IconFlask size={17} aria-hidden />
          Simulated: no hardware was measured. The numbers show how KITT works, nothing else.
        </li>
      )}
      {passed === false && (
        <li data-tone="bad">
          <IconCircleX size={17} aria-hidden />
          Not everything in it passed: see the benchmarks below.
        </li>
      )}
      {result.document['interrupted'] === true && (
        <li data-tone="bad">
          <IconCircleX size={17} aria-hidden />
          Interrupted: only what was answered until then was measured.
        </li>
      )}
      {warnings.map(({ code, message, about }) => (
        <li key={`${code} ${about} ${message}`} data-tone="warn">
          <IconAlertTriangle size={17} aria-hidden />
          <span>
            {message} <code>{code}</code>
            {about && ` in ${about}`}
          </span>
        </li>
      ))}
      {!simulated && passed !== false && warnings.length === 0 && (
        <li data-tone="ok">
          <IconCircleCheck size={17} aria-hidden />
          Nothing speaks against these numbers: no warnings.
        </li>
      )}
    </ul>
  )
}

import { IconFlask } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ResultView } from '../../lib/result.ts'
import { Imported } from '../../ui/Imported.tsx'
import css from './results.module.css'

/** A link to a result by its model, marked if it is simulated. */
export function ResultLink({ result }: { result: ResultView }) {
  return (
    <span className={css.link}>
      <Link to="/results/$id" params={{ id: result.id }}>
        {result.model}
      </Link>
      {result.simulated && <Simulated />}
      {result.imported && <Imported from={result.imported} />}
    </span>
  )
}

/** Marks a simulated result. */
export function Simulated() {
  return (
    <span className={css.simulated} title="Measured on a simulated engine, not on hardware">
      <IconFlask size={13} aria-hidden />
      simulated
    </span>
  )
}

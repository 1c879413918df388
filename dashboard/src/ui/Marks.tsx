import { IconFileImport, IconFlask } from '@tabler/icons-react'
import { assertedText, type Provenance } from '../lib/provenance.ts'
import css from './Marks.module.css'

/** Marks a result that another tool has measured; says which, and what was told of it. */
export function Imported({ from }: { from: Provenance }) {
  const told = assertedText(from)
  return (
    <span
      className={css.imported}
      title={`Measured by ${from.tool}, imported${told && `. Not from its file: ${told}`}`}
    >
      <IconFileImport size={13} aria-hidden />
      imported
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

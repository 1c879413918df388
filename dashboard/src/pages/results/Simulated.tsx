import { IconFlask } from '@tabler/icons-react'
import css from './results.module.css'

/** Marks numbers that no hardware stands behind. */
export function Simulated() {
  return (
    <span className={css.simulated} title="Measured on a simulated engine: says nothing about hardware">
      <IconFlask size={13} aria-hidden />
      simulated
    </span>
  )
}

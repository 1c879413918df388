import { VisuallyHidden } from '@mantine/core'
import { IconArrowDownRight, IconArrowUpRight, IconEqual } from '@tabler/icons-react'
import { formatPercent } from '../lib/format.ts'
import type { Better } from '../lib/units.ts'
import css from './Change.module.css'

/** Smaller changes are shown as none, in percent. */
const NOISE_PCT = 0.5

type Props = { from: number; to: number; better: Better }

/** A change in percent, with an arrow, and a colour if one direction is better. */
export function Change({ from, to, better }: Props) {
  if (from === 0) return <span className={css.change}>–</span>
  const pct = ((to - from) / Math.abs(from)) * 100
  const flat = Math.abs(pct) < NOISE_PCT
  const up = pct > 0
  const good = better !== null && up === (better === 'higher')
  const tone = flat || better === null ? 'none' : good ? 'good' : 'bad'
  const Arrow = flat ? IconEqual : up ? IconArrowUpRight : IconArrowDownRight
  const word = flat ? 'about the same' : better === null ? 'changed' : good ? 'better' : 'worse'
  return (
    <span className={css.change} data-tone={tone} title={word}>
      <Arrow size={14} aria-hidden />
      {formatPercent(pct)}
      <VisuallyHidden> {word}</VisuallyHidden>
    </span>
  )
}

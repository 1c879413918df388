import { TextInput } from '@mantine/core'
import css from './setups.module.css'

type Props = {
  label: string
  unit: string
  /** What the number is of, for screen readers. */
  about?: string
  value: string
  onChange(value: string): void
}

/** A number as text, with its unit in the label. */
export function NumberField({ label, unit, about, value, onChange }: Props) {
  return (
    <TextInput
      className={css.figure ?? ''}
      size="xs"
      label={`${label}, ${unit}`}
      aria-label={about ? `${about}: ${label}, ${unit}` : undefined}
      inputMode="decimal"
      value={value}
      error={Number.isNaN(Number(value)) || value.trim() === ''}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

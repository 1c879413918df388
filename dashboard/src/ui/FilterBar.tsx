import { Button, Select } from '@mantine/core'
import type { ReactNode } from 'react'
import css from './FilterBar.module.css'

/** What a list is narrowed down by. */
export function FilterBar(props: { children: ReactNode; active: boolean; onClear(): void }) {
  return (
    <search className={css.bar}>
      {props.children}
      {props.active && (
        <Button variant="subtle" onClick={props.onClear}>
          Clear filters
        </Button>
      )}
    </search>
  )
}

type Choice = { value: string; label: string }
type SelectProps = {
  label: string
  data: (Choice | string)[]
  value: string | undefined
  onChange(value: string | undefined): void
  searchable?: boolean
}

/** One of some values, or any. */
export function FilterSelect({ label, data, value, onChange, searchable }: SelectProps) {
  return (
    <Select
      className={css.field ?? ''}
      label={label}
      placeholder="Any"
      size="xs"
      data={data}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable={searchable ?? false}
      clearable
      clearButtonProps={{ 'aria-label': `Any ${label.toLowerCase()}` }}
    />
  )
}

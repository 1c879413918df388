import { ActionIcon, Select, TextInput } from '@mantine/core'
import { IconFilterOff, IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import css from './FilterBar.module.css'
import { useTyped } from './useTyped.ts'

/** The filters of a list. The button to clear them is always present, so that the layout does not move. */
export function FilterBar(props: { children: ReactNode; active: boolean; onClear(): void }) {
  return (
    <search className={css.bar}>
      {props.children}
      <ActionIcon
        className={css.clear ?? ''}
        variant="default"
        size="input-xs"
        aria-label="Clear filters"
        title="Clear filters"
        disabled={!props.active}
        onClick={props.onClear}
      >
        <IconFilterOff size={15} aria-hidden />
      </ActionIcon>
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
  /** The default value; without one nothing chosen means any. */
  otherwise?: string
  wide?: boolean
}

export function FilterSelect({ label, data, value, onChange, searchable, otherwise, wide }: SelectProps) {
  return (
    <Select
      className={(wide ? css.wide : css.field) ?? ''}
      label={label}
      placeholder="Any"
      size="xs"
      data={data}
      value={value ?? otherwise ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      searchable={searchable ?? false}
      allowDeselect={otherwise === undefined}
      clearable={otherwise === undefined}
      clearButtonProps={{ 'aria-label': `Any ${label.toLowerCase()}` }}
    />
  )
}

type TextProps = {
  label: string
  value: string | undefined
  onChange(value: string | undefined): void
  placeholder?: string
}

export function FilterText({ label, value, onChange, placeholder = 'Part of the name' }: TextProps) {
  const typed = useTyped(value ?? '', (text) => onChange(text || undefined))
  return (
    <TextInput
      className={css.wide ?? ''}
      size="xs"
      label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed.text}
      onChange={(event) => typed.type(event.currentTarget.value)}
    />
  )
}

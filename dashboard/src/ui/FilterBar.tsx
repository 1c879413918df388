import { ActionIcon, Select, TextInput } from '@mantine/core'
import { IconFilterOff, IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import css from './FilterBar.module.css'
import { useTyped } from './useTyped.ts'

/** What a list is narrowed down by. The way back has its place even where there is nothing to clear: no jumping. */
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
  /** What holds where nothing is chosen; without it that is any. */
  otherwise?: string
  wide?: boolean
}

/** One of some values, or any. */
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

type TextProps = { label: string; value: string | undefined; onChange(value: string | undefined): void }

/** Part of a name. */
export function FilterText({ label, value, onChange }: TextProps) {
  const typed = useTyped(value ?? '', (text) => onChange(text || undefined))
  return (
    <TextInput
      className={css.wide ?? ''}
      size="xs"
      label={label}
      placeholder="Part of its name"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed.text}
      onChange={(event) => typed.type(event.currentTarget.value)}
    />
  )
}

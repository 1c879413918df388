import { ActionIcon, Select, TextInput } from '@mantine/core'
import { IconFilterOff, IconSearch } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { isFiltered } from '../lib/search.ts'
import css from './FilterBar.module.css'
import { useTyped } from './useTyped.ts'

type BarProps<S> = {
  search: S
  /** The parameters that are filters. */
  names: readonly (keyof S & string)[]
  onChange(change: S): void
  children: ReactNode
}

/** The filters of a list. The button to clear them is always present, so that the layout does not move. */
export function FilterBar<S extends object>({ search, names, onChange, children }: BarProps<S>) {
  return (
    <search className={css.bar}>
      {children}
      <ActionIcon
        className={css.clear ?? ''}
        variant="default"
        size="input-xs"
        aria-label="Clear filters"
        title="Clear filters"
        disabled={!isFiltered(search, names)}
        onClick={() => onChange(Object.fromEntries(names.map((name) => [name, undefined])) as S)}
      >
        <IconFilterOff size={15} aria-hidden />
      </ActionIcon>
    </search>
  )
}

/** One parameter of a search, and what takes its change. */
type FilterProps<S> = {
  label: string
  search: S
  name: keyof S & string
  onChange(change: S): void
}

type SelectProps<S> = FilterProps<S> & {
  data: ({ value: string; label: string } | string)[]
  searchable?: boolean
  /** The default value; without one nothing chosen means any. */
  otherwise?: string
  wide?: boolean
}

export function FilterSelect<S extends object>(props: SelectProps<S>) {
  const { label, data, search, name, onChange, searchable, otherwise, wide } = props
  const value = search[name] as string | undefined
  return (
    <Select
      className={(wide ? css.wide : css.field) ?? ''}
      label={label}
      placeholder="Any"
      size="xs"
      data={data}
      value={value ?? otherwise ?? null}
      onChange={(next) => onChange({ [name]: next ?? undefined } as S)}
      searchable={searchable ?? false}
      allowDeselect={otherwise === undefined}
      clearable={otherwise === undefined}
      clearButtonProps={{ 'aria-label': `Any ${label.toLowerCase()}` }}
    />
  )
}

type TextProps<S> = FilterProps<S> & { placeholder?: string }

export function FilterText<S extends object>(props: TextProps<S>) {
  const { label, search, name, onChange, placeholder = 'Part of the name' } = props
  const value = search[name] as string | undefined
  const typed = useTyped(value ?? '', (text) => onChange({ [name]: text || undefined } as S))
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

import { MultiSelect, TextInput } from '@mantine/core'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { COLUMN_CHOICES, DEFAULT_COLUMNS, knownColumns } from './columns.tsx'
import { FILTERS, type PageSearch } from './result-search.ts'
import css from './results.module.css'
import { KINDS, SourceFilters } from './SourceFilters.tsx'

type Props = { search: PageSearch; onChange(next: PageSearch): void }
const OUTCOMES = [
  { value: 'true', label: 'Passed' },
  { value: 'false', label: 'Failed' },
]
const NOTHING = Object.fromEntries(FILTERS.map((key) => [key, undefined])) as PageSearch

export function ResultFilters({ search, onChange }: Props) {
  const active = FILTERS.some((key) => search[key] !== undefined)
  const keys = knownColumns(search.columns?.split(',') ?? DEFAULT_COLUMNS)
  return (
    <FilterBar active={active} onClear={() => onChange(NOTHING)}>
      <SourceFilters search={search} onChange={onChange} />
      <FilterSelect
        label="Outcome"
        data={OUTCOMES}
        value={search.passed}
        onChange={(passed) => onChange({ passed } as PageSearch)}
      />
      <FilterSelect
        label="Kind"
        data={KINDS}
        value={search.simulated}
        onChange={(simulated) => onChange({ simulated } as PageSearch)}
      />
      <Day label="From" value={search.since} onChange={(since) => onChange({ since })} />
      <Day label="To" value={search.until} onChange={(until) => onChange({ until })} />
      <MultiSelect
        className={css.columns ?? ''}
        classNames={{ inputField: css.columnsInput ?? '' }}
        size="xs"
        label="Columns"
        data={COLUMN_CHOICES}
        value={keys}
        onChange={(next) => onChange({ columns: next.join(',') || undefined })}
        searchable
        clearable={search.columns !== undefined}
        clearButtonProps={{ 'aria-label': 'Default columns' }}
      />
    </FilterBar>
  )
}

function Day(props: { label: string; value: string | undefined; onChange(day: string | undefined): void }) {
  return (
    <TextInput
      className={css.day ?? ''}
      type="date"
      size="xs"
      label={props.label}
      value={props.value ?? ''}
      onChange={(event) => props.onChange(event.currentTarget.value || undefined)}
    />
  )
}

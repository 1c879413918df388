import { TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { tagsQuery } from '../../api/results.ts'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
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
  const known = useQuery(tagsQuery()).data?.tags.map(({ tag }) => tag) ?? []
  const tags = search.tag === undefined || known.includes(search.tag) ? known : [search.tag, ...known]
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
      {tags.length > 0 && (
        <FilterSelect
          label="Tag"
          data={tags}
          value={search.tag}
          onChange={(tag) => onChange({ tag })}
          searchable
        />
      )}
      <Day label="From" value={search.since} onChange={(since) => onChange({ since })} />
      <Day label="To" value={search.until} onChange={(until) => onChange({ until })} />
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

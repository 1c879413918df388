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

export function ResultFilters({ search, onChange }: Props) {
  const known = useQuery(tagsQuery()).data?.tags.map(({ tag }) => tag) ?? []
  const tags = search.tag === undefined || known.includes(search.tag) ? known : [search.tag, ...known]
  return (
    <FilterBar search={search} names={FILTERS} onChange={onChange}>
      <SourceFilters search={search} onChange={onChange} />
      <FilterSelect label="Outcome" data={OUTCOMES} search={search} name="passed" onChange={onChange} />
      <FilterSelect label="Kind" data={KINDS} search={search} name="simulated" onChange={onChange} />
      {tags.length > 0 && (
        <FilterSelect label="Tag" data={tags} search={search} name="tag" onChange={onChange} searchable />
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

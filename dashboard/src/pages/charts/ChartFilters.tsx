import { METRIC_CHOICES } from '../../lib/metric-names.ts'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { KINDS, SourceFilters } from '../results/SourceFilters.tsx'
import { type ChartsSearch, GROUP_CHOICES, PERIOD_CHOICES } from './charts-search.ts'

const FILTERS = ['q', 'engine', 'agent_id', 'simulated'] as const

type Props = { search: ChartsSearch; onChange(next: ChartsSearch): void }

export function ChartFilters({ search, onChange }: Props) {
  const of = { search, onChange }
  return (
    <FilterBar {...of} names={FILTERS}>
      <FilterSelect
        {...of}
        label="Metric"
        data={METRIC_CHOICES}
        name="metric"
        otherwise="output_tps"
        searchable
        wide
      />
      <FilterSelect {...of} label="Grouped by" data={GROUP_CHOICES} name="group" otherwise="model" />
      <FilterSelect {...of} label="Period" data={PERIOD_CHOICES} name="days" otherwise="90" />
      <SourceFilters {...of} />
      <FilterSelect {...of} label="Kind" data={KINDS} name="simulated" otherwise="false" />
    </FilterBar>
  )
}

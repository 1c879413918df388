import { METRIC_CHOICES } from '../../lib/metric-names.ts'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { KINDS, SourceFilters } from '../results/SourceFilters.tsx'
import { type ChartsSearch, GROUP_CHOICES, PERIOD_CHOICES } from './charts-search.ts'

const NOTHING: ChartsSearch = { q: undefined, engine: undefined, agent_id: undefined, simulated: undefined }

type Props = { search: ChartsSearch; onChange(next: ChartsSearch): void }

export function ChartFilters({ search, onChange }: Props) {
  const active = Object.keys(NOTHING).some((key) => search[key as keyof ChartsSearch] !== undefined)
  return (
    <FilterBar active={active} onClear={() => onChange(NOTHING)}>
      <FilterSelect
        label="Metric"
        data={METRIC_CHOICES}
        value={search.metric}
        otherwise="output_tps"
        onChange={(metric) => onChange({ metric })}
        searchable
        wide
      />
      <FilterSelect
        label="Grouped by"
        data={GROUP_CHOICES}
        value={search.group}
        otherwise="model"
        onChange={(group) => onChange({ group } as ChartsSearch)}
      />
      <FilterSelect
        label="Period"
        data={PERIOD_CHOICES}
        value={search.days}
        otherwise="90"
        onChange={(days) => onChange({ days } as ChartsSearch)}
      />
      <SourceFilters search={search} onChange={onChange} />
      <FilterSelect
        label="Kind"
        data={KINDS}
        value={search.simulated}
        otherwise="false"
        onChange={(simulated) => onChange({ simulated } as ChartsSearch)}
      />
    </FilterBar>
  )
}

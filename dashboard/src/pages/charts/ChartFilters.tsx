import { Select, TextInput } from '@mantine/core'
import { METRIC_CHOICES } from '../../lib/metric-names.ts'
import { FilterBar, FilterSelect } from '../../ui/FilterBar.tsx'
import { useTyped } from '../../ui/useTyped.ts'
import { useAgentChoices } from '../agents/useAgentName.ts'
import { useEngineChoices } from '../results/useEngineChoices.ts'
import css from './charts-page.module.css'
import { type ChartsSearch, GROUP_CHOICES, PERIOD_CHOICES } from './charts-search.ts'

const KINDS = [
  { value: 'false', label: 'Real' },
  { value: 'true', label: 'Simulated' },
]
const NOTHING: ChartsSearch = { q: undefined, engine: undefined, agent_id: undefined, simulated: undefined }

type Props = { search: ChartsSearch; onChange(next: ChartsSearch): void }

export function ChartFilters({ search, onChange }: Props) {
  const agents = useAgentChoices()
  const engines = useEngineChoices(search.engine)
  const model = useTyped(search.q ?? '', (q) => onChange({ q: q || undefined }))
  const active = Object.keys(NOTHING).some((key) => search[key as keyof ChartsSearch] !== undefined)
  return (
    <FilterBar active={active} onClear={() => onChange(NOTHING)}>
      <Select
        className={css.wide ?? ''}
        size="xs"
        label="Metric"
        data={METRIC_CHOICES}
        value={search.metric ?? 'output_tps'}
        onChange={(metric) => onChange({ metric: metric ?? undefined })}
        searchable
        allowDeselect={false}
      />
      <Select
        className={css.narrow ?? ''}
        size="xs"
        label="Grouped by"
        data={GROUP_CHOICES}
        value={search.group ?? 'model'}
        onChange={(group) => onChange({ group } as ChartsSearch)}
        allowDeselect={false}
      />
      <Select
        className={css.narrow ?? ''}
        size="xs"
        label="Period"
        data={PERIOD_CHOICES}
        value={search.days ?? '90'}
        onChange={(days) => onChange({ days } as ChartsSearch)}
        allowDeselect={false}
      />
      <TextInput
        className={css.narrow ?? ''}
        size="xs"
        label="Model"
        placeholder="Part of its name"
        value={model.text}
        onChange={(event) => model.type(event.currentTarget.value)}
      />
      <FilterSelect
        label="Engine"
        data={engines}
        value={search.engine}
        onChange={(engine) => onChange({ engine })}
      />
      <FilterSelect
        label="Agent"
        data={agents}
        value={search.agent_id}
        onChange={(agent_id) => onChange({ agent_id })}
        searchable
      />
      <Select
        className={css.narrow ?? ''}
        size="xs"
        label="Kind"
        data={KINDS}
        value={search.simulated ?? 'false'}
        onChange={(simulated) => onChange({ simulated } as ChartsSearch)}
        allowDeselect={false}
      />
    </FilterBar>
  )
}

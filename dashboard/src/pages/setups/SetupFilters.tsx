import { useQueryClient } from '@tanstack/react-query'
import { SETUP_STATES } from '../../../../lib/states.ts'
import type { Setup } from '../../api/setups.ts'
import { useAgentChoices } from '../../api/useAgentName.ts'
import type * as searches from '../../lib/searches.ts'
import { FilterBar, FilterSelect, FilterText } from '../../ui/FilterBar.tsx'
import { stateChoices } from '../../ui/StateBadge.tsx'

export type SetupsSearch = ReturnType<typeof searches.setups>
type Props = { search: SetupsSearch; onChange(next: SetupsSearch): void }

const STATES = stateChoices(SETUP_STATES)
const NOTHING: SetupsSearch = {
  ...{ q: undefined, state: undefined, model: undefined, engine: undefined },
  ...{ agent_id: undefined, gpu_model: undefined, benchmark: undefined },
}

/** Whether a list of setups is filtered. */
export const isFiltered = (search: SetupsSearch): boolean =>
  Object.keys(NOTHING).some((key) => search[key as keyof SetupsSearch] !== undefined)

export function SetupFilters({ search, onChange }: Props) {
  const agents = useAgentChoices()
  const seen = useSeen()
  return (
    <FilterBar active={isFiltered(search)} onClear={() => onChange(NOTHING)}>
      <FilterText label="Text" value={search.q} onChange={(q) => onChange({ q })} />
      <FilterSelect
        label="State"
        data={STATES}
        value={search.state}
        onChange={(state) => onChange({ state } as SetupsSearch)}
      />
      <FilterSelect
        label="Model"
        data={seen(({ model }) => model, search.model)}
        value={search.model}
        onChange={(model) => onChange({ model })}
        searchable
        wide
      />
      <FilterSelect
        label="Engine"
        data={seen(({ engine }) => engine, search.engine)}
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
      <FilterSelect
        label="Hardware"
        data={seen(({ hardware }) => hardware.replace(/^\d+ × /, ''), search.gpu_model)}
        value={search.gpu_model}
        onChange={(gpu_model) => onChange({ gpu_model })}
        searchable
      />
      <FilterSelect
        label="Benchmark"
        data={seen(({ benchmark }) => benchmark, search.benchmark)}
        value={search.benchmark}
        onChange={(benchmark) => onChange({ benchmark })}
      />
    </FilterBar>
  )
}

/** The values of the setups that were loaded, as choices. */
function useSeen(): (of: (setup: Setup) => string, chosen: string | undefined) => string[] {
  const cache = useQueryClient()
  const lists = cache.getQueriesData<{ items: Setup[] }>({ queryKey: ['setups', 'list'] })
  const setups = lists.flatMap(([, list]) => list?.items ?? [])
  return (of, chosen) =>
    [...new Set([...setups.map(of), ...(chosen ? [chosen] : [])])].filter((text) => text !== '').sort()
}

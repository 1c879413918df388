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
/** The parameters that are filters. */
export const FILTERS = ['q', 'state', 'model', 'engine', 'agent_id', 'gpu_model', 'benchmark'] as const

export function SetupFilters(of: Props) {
  const { search } = of
  const agents = useAgentChoices()
  const seen = useSeen()
  return (
    <FilterBar {...of} names={FILTERS}>
      <FilterText {...of} label="Text" name="q" />
      <FilterSelect {...of} label="State" data={STATES} name="state" />
      <FilterSelect
        {...of}
        label="Model"
        data={seen(({ model }) => model, search.model)}
        name="model"
        searchable
        wide
      />
      <FilterSelect {...of} label="Engine" data={seen(({ engine }) => engine, search.engine)} name="engine" />
      <FilterSelect {...of} label="Agent" data={agents} name="agent_id" searchable />
      <FilterSelect
        {...of}
        label="Hardware"
        data={seen(({ hardware }) => hardware.replace(/^\d+ × /, ''), search.gpu_model)}
        name="gpu_model"
        searchable
      />
      <FilterSelect
        {...of}
        label="Benchmark"
        data={seen(({ benchmark }) => benchmark, search.benchmark)}
        name="benchmark"
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

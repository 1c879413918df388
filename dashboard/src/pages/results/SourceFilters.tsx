import { useAgentChoices } from '../../api/useAgentName.ts'
import { FilterSelect, FilterText } from '../../ui/FilterBar.tsx'
import { useEngineChoices } from './useEngineChoices.ts'

type Source = { q?: string | undefined; engine?: string | undefined; agent_id?: string | undefined }

/** Of which model, by which engine, on which agent. */
export function SourceFilters({ search, onChange }: { search: Source; onChange(next: Source): void }) {
  const agents = useAgentChoices()
  const engines = useEngineChoices(search.engine)
  return (
    <>
      <FilterText label="Model" value={search.q} onChange={(q) => onChange({ q })} />
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
    </>
  )
}

export const KINDS = [
  { value: 'false', label: 'Real' },
  { value: 'true', label: 'Simulated' },
]

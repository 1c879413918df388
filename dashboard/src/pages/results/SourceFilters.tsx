import { useQueryClient } from '@tanstack/react-query'
import type { StoredResult } from '../../api/results.ts'
import { useAgentChoices } from '../../api/useAgentName.ts'
import { FilterSelect, FilterText } from '../../ui/FilterBar.tsx'

type Source = { q?: string | undefined; engine?: string | undefined; agent_id?: string | undefined }

/** The filters by model, engine and agent. */
export function SourceFilters({ search, onChange }: { search: Source; onChange(next: Source): void }) {
  const agents = useAgentChoices()
  const engines = useEngineChoices(search.engine)
  return (
    <>
      <FilterText label="Model" search={search} name="q" onChange={onChange} />
      <FilterSelect label="Engine" data={engines} search={search} name="engine" onChange={onChange} />
      <FilterSelect
        label="Agent"
        data={agents}
        search={search}
        name="agent_id"
        onChange={onChange}
        searchable
      />
    </>
  )
}

export const KINDS = [
  { value: 'false', label: 'Real' },
  { value: 'true', label: 'Simulated' },
]

const KNOWN = ['vllm', 'llama_cpp', 'ollama', 'sglang', 'exllamav2', 'mlx', 'openai', 'simulated']

/** The known engines, and those of the loaded results: old results may have others. */
function useEngineChoices(chosen: string | undefined): string[] {
  const cache = useQueryClient()
  const lists = cache.getQueriesData<{ items: StoredResult[] }>({ queryKey: ['results', 'list'] })
  const seen = lists.flatMap(([, list]) => list?.items.map(({ engine }) => engine) ?? [])
  return [...new Set([...KNOWN, ...seen, ...(chosen ? [chosen] : [])])]
}

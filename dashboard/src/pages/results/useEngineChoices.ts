import { useQueryClient } from '@tanstack/react-query'
import type { StoredResult } from '../../api/results.ts'

const KNOWN = ['vllm', 'llama_cpp', 'ollama', 'sglang', 'exllamav2', 'mlx', 'openai', 'simulated']

/** The engines KITT knows, and those of the results that were seen: old ones may name others. */
export function useEngineChoices(chosen: string | undefined): string[] {
  const cache = useQueryClient()
  const lists = cache.getQueriesData<{ items: StoredResult[] }>({ queryKey: ['results', 'list'] })
  const seen = lists.flatMap(([, list]) => list?.items.map(({ engine }) => engine) ?? [])
  return [...new Set([...KNOWN, ...seen, ...(chosen ? [chosen] : [])])]
}

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read } from './kitt.ts'

export type { StoredResult } from '../../../app/results/schema.ts'

/** Which results, as the API's query has them. */
export type ResultSearch = {
  q?: string | undefined
  model?: string | undefined
  engine?: string | undefined
  suite_name?: string | undefined
  agent_id?: string | undefined
  campaign_id?: string | undefined
  passed?: string | undefined
  simulated?: string | undefined
  since?: string | undefined
  until?: string | undefined
  sort?: string | undefined
  page?: number | undefined
  per_page?: number | undefined
}

export const resultsQuery = (search: ResultSearch = {}) =>
  queryOptions({
    queryKey: ['results', 'list', search],
    queryFn: () => read(kitt().api.v1.results.$get({ query: queryOf(search) })),
    placeholderData: keepPreviousData,
  })

export const resultQuery = (id: string) =>
  queryOptions({
    queryKey: ['results', 'one', id],
    queryFn: () => read(kitt().api.v1.results[':id'].$get({ param: { id } })),
    staleTime: Number.POSITIVE_INFINITY,
  })

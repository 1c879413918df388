import { queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read } from './kitt.ts'
import { wholePage } from './whole-page.ts'

export type { FoundModel, LocalModel } from '../../../app/models/schema.ts'

/** A page of 100 models on disk, or at Devon; others can be typed by name. */
export const localModelsQuery = (page = 1) =>
  queryOptions({
    queryKey: ['models', 'local', page],
    queryFn: () =>
      wholePage((skip) =>
        read(kitt().api.v1.models.local.$get({ query: queryOf({ page, per_page: 100, skip }) })),
      ),
  })

export const modelSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ['models', 'search', q],
    queryFn: () => read(kitt().api.v1.models.search.$get({ query: { q, limit: '30' } })),
    enabled: q !== '',
    retry: false,
  })

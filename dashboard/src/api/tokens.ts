import { queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read } from './kitt.ts'

export type { ApiToken } from '../../../app/tokens/schema.ts'

/** A page of the tokens of people and programs, those in use first. */
export const tokensQuery = (page?: number) =>
  queryOptions({
    queryKey: ['tokens', page ?? 1],
    queryFn: () => read(kitt().api.v1.tokens.$get({ query: queryOf({ page }) })),
  })

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read, type Search } from './kitt.ts'

export type { AuditEntry } from '../../../app/audit/schema.ts'

export type AuditSearch = Search<'actor' | 'action' | 'target' | 'outcome'>

/** A page of what was changed and refused, the newest first. */
export const auditQuery = (search: AuditSearch) =>
  queryOptions({
    queryKey: ['audit', search],
    queryFn: () => read(kitt().api.v1.audit.$get({ query: queryOf({ per_page: 50, ...search }) })),
    // No event tells of an entry.
    staleTime: 0,
    placeholderData: keepPreviousData,
  })

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { queryOf, read, type Search } from './kitt.ts'
import { soon } from './pending.ts'
import { wholePage } from './whole-page.ts'

export type { Alert, AlertDetail, AlertMetric, AlertRun, AlertState } from '../../../app/alerts/schema.ts'

export type AlertSearch = Search<'state' | 'setup_id' | 'agent_id' | 'since'>

/** A page of alerts, newest first. */
export const alertsQuery = (search: AlertSearch = {}) =>
  queryOptions({
    queryKey: ['alerts', 'list', search],
    queryFn: () => wholePage((skip) => read(soon().alerts.$get({ query: queryOf({ ...search, skip }) }))),
    placeholderData: keepPreviousData,
  })

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'one', id],
    queryFn: () => read(soon().alerts[':id'].$get({ param: { id } })),
  })

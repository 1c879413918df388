import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read, type Search } from './kitt.ts'
import { wholePage } from './whole-page.ts'

export type { Alert, AlertDetail, AlertMetric, AlertRun, AlertState } from '../../../app/alerts/schema.ts'

export type AlertSearch = Search<'open' | 'state' | 'setup_id' | 'agent_id' | 'since'>

/** A page of alerts, newest first. */
export const alertsQuery = (search: AlertSearch = {}) =>
  queryOptions({
    queryKey: ['alerts', 'list', search],
    queryFn: () =>
      wholePage((skip) => read(kitt().api.v1.alerts.$get({ query: queryOf({ ...search, skip }) }))),
    placeholderData: keepPreviousData,
  })

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alerts', 'one', id],
    queryFn: () => read(kitt().api.v1.alerts[':id'].$get({ param: { id } })),
  })

import { kitt, type Search } from './kitt.ts'
import { listQuery, oneQuery } from './queries.ts'

export type { Alert, AlertDetail, AlertMetric, AlertRun, AlertState } from '../../../app/alerts/schema.ts'

export type AlertSearch = Search<'open' | 'state' | 'setup_id' | 'agent_id' | 'since'>

/** A page of alerts, newest first. */
export const alertsQuery = (search: AlertSearch = {}) =>
  listQuery('alerts', search, (args) => kitt().api.v1.alerts.$get(args))

export const alertQuery = (id: string) =>
  oneQuery('alerts', id, (args) => kitt().api.v1.alerts[':id'].$get(args))

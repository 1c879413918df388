import { queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read, type Search } from './kitt.ts'
import { listQuery, oneQuery } from './queries.ts'

export type { Rule, Series, Setup, SetupDetail } from '../../../app/setups/schema.ts'

export type SetupSearch = Search<'model' | 'engine' | 'agent_id' | 'gpu_model' | 'benchmark' | 'state' | 'q'>

/** A page of setups, worst first, then newest. */
export const setupsQuery = (search: SetupSearch = {}) =>
  listQuery('setups', search, (args) => kitt().api.v1.setups.$get(args))

export const setupQuery = (id: string) =>
  oneQuery('setups', id, (args) => kitt().api.v1.setups[':id'].$get(args))

/** The rule of all setups without their own. */
export const defaultRuleQuery = () =>
  queryOptions({
    queryKey: ['setups', 'default-rule'],
    queryFn: () => read(kitt().api.v1.rules.default.$get()),
  })

/** One metric of a setup over time; `since` limits it to the runs from then on (ISO 8601). */
export const seriesQuery = (id: string, metric: string, since?: string) =>
  queryOptions({
    queryKey: ['setups', 'series', id, metric, since ?? ''],
    queryFn: async () => {
      const query = queryOf({ metric, since })
      const { series } = await read(kitt().api.v1.setups[':id'].series.$get({ param: { id }, query }))
      return series[0] ?? null
    },
  })

/** The setups of a result, with the runs that it can be compared with. */
export const comparableQuery = (resultId: string) =>
  queryOptions({
    queryKey: ['results', 'comparable', resultId],
    queryFn: () => read(kitt().api.v1.results[':id'].comparable.$get({ param: { id: resultId } })),
  })

/** The baselines; at most the first hundred. */
export const baselinesQuery = () =>
  queryOptions({
    queryKey: ['baselines'],
    queryFn: () => read(kitt().api.v1.baselines.$get({ query: queryOf({ per_page: 100 }) })),
  })

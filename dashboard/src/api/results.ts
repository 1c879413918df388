import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { kitt, queryOf, read, type Search } from './kitt.ts'
import { wholePage } from './whole-page.ts'

export type { StoredResult } from '../../../app/results/schema.ts'

/** The query parameters of a list of results. */
export type ResultSearch = Search<
  | 'q'
  | 'model'
  | 'engine'
  | 'suite_name'
  | 'agent_id'
  | 'campaign_id'
  | 'passed'
  | 'simulated'
  | 'tag'
  | 'since'
  | 'until'
  | 'sort'
> & {
  /** How many items of a truncated page to skip. */
  skip?: number | undefined
}

export const resultsQuery = (search: ResultSearch = {}) =>
  queryOptions({
    queryKey: ['results', 'list', search],
    queryFn: () => read(kitt().api.v1.results.$get({ query: queryOf(search) })),
    placeholderData: keepPreviousData,
  })

const resultsPage = (search: ResultSearch) =>
  wholePage((skip) => read(kitt().api.v1.results.$get({ query: queryOf({ ...search, skip }) })))

/** The newest `per_page` results, also if the server truncates the page for its size. */
export const latestResultsQuery = (per_page: number) =>
  queryOptions({
    queryKey: ['results', 'list', 'latest', per_page],
    queryFn: () => resultsPage({ per_page }),
    placeholderData: keepPreviousData,
  })

export const resultQuery = (id: string) =>
  queryOptions({
    queryKey: ['results', 'one', id],
    queryFn: () => read(kitt().api.v1.results[':id'].$get({ param: { id } })),
    // Its notes may change; the events tell.
    staleTime: Number.POSITIVE_INFINITY,
  })

/** A comparison of results with the first one as the baseline. */
export const compareQuery = (ids: string[]) =>
  queryOptions({
    queryKey: ['results', 'compare', ids],
    queryFn: () => read(kitt().api.v1.results.compare.$post({ json: { ids } })),
    staleTime: Number.POSITIVE_INFINITY,
  })

const POINT_PAGES = 10

/** The newest results of a search for a chart, up to a thousand. */
export const resultPointsQuery = (search: ResultSearch) =>
  queryOptions({
    queryKey: ['results', 'points', search],
    queryFn: async () => {
      const page = (n: number) => resultsPage({ ...search, per_page: 100, page: n })
      const first = await page(1)
      const others = Math.min(first.pages, POINT_PAGES) - 1
      const rest = await Promise.all(Array.from({ length: Math.max(0, others) }, (_, i) => page(i + 2)))
      return { items: [first, ...rest].flatMap(({ items }) => items), total: first.total }
    },
    placeholderData: keepPreviousData,
  })

/** The tags in use, the most used first. */
export const tagsQuery = () =>
  queryOptions({
    queryKey: ['results', 'tags'],
    queryFn: () => read(kitt().api.v1.results.tags.$get()),
  })

/** Runs that a result is held against. */
const BEFORE = 10

/** A result judged against the runs before it, in each of its setups. */
export const judgeLastQuery = (id: string) =>
  queryOptions({
    queryKey: ['results', 'judge', 'last', id],
    queryFn: () =>
      read(kitt().api.v1.results.judge.$post({ json: { base: { last: BEFORE }, candidate: { ids: [id] } } })),
    staleTime: 60_000,
    retry: false,
  })

/** Two groups of results, the second judged against the first. */
export const judgeQuery = (base: string[], candidate: string[]) =>
  queryOptions({
    queryKey: ['results', 'judge', base, candidate],
    queryFn: () =>
      read(
        kitt().api.v1.results.judge.$post({ json: { base: { ids: base }, candidate: { ids: candidate } } }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { queryOf, read } from './kitt.ts'
import { type TruncatedPage, wholePage } from './whole-page.ts'

type Answer<T> = Promise<{ json(): Promise<T> }>
type Params = Parameters<typeof queryOf>[0]

/** A page of the list `[name, 'list']`, also if the server truncates it for its size. */
export const listQuery = <Page extends TruncatedPage>(
  name: string,
  search: Params,
  get: (args: { query: Record<string, string> }) => Answer<Page>,
) =>
  queryOptions({
    queryKey: [name, 'list', search],
    queryFn: () => wholePage((skip) => read(get({ query: queryOf({ ...search, skip }) }))),
    placeholderData: keepPreviousData,
  })

/** One of its items by its id. */
export const oneQuery = <One>(
  name: string,
  id: string,
  get: (args: { param: { id: string } }) => Answer<One>,
) => queryOptions({ queryKey: [name, 'one', id], queryFn: () => read(get({ param: { id } })) })

import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { TestStatus } from '../../../app/quicktests/schema.ts'
import { isOneOf, OPEN_TEST } from '../../../lib/states.ts'
import { kitt, queryOf, read, type Search } from './kitt.ts'
import { wholePage } from './whole-page.ts'

export type { QuickTest, TestStatus } from '../../../app/quicktests/schema.ts'

export type TestSearch = Search<'status' | 'agent_id' | 'agent_name' | 'campaign_id'>

export const testsQuery = (search: TestSearch = {}) =>
  queryOptions({
    queryKey: ['tests', 'list', search],
    queryFn: () =>
      wholePage((skip) => read(kitt().api.v1.quicktest.$get({ query: queryOf({ ...search, skip }) }))),
    placeholderData: keepPreviousData,
  })

export const testQuery = (id: string) =>
  queryOptions({
    queryKey: ['tests', 'one', id],
    queryFn: () => read(kitt().api.v1.quicktest[':id'].$get({ param: { id } })),
  })

/** Whether a test has not ended. */
export const isOpen = (status: TestStatus): boolean => isOneOf(OPEN_TEST, status)

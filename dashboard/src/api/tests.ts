import type { TestStatus } from '../../../app/quicktests/schema.ts'
import { isOneOf, OPEN_TEST } from '../../../lib/states.ts'
import { kitt, type Search } from './kitt.ts'
import { listQuery, oneQuery } from './queries.ts'

export type { QuickTest, TestStatus } from '../../../app/quicktests/schema.ts'

export type TestSearch = Search<'status' | 'agent_id' | 'agent_name' | 'campaign_id'>

export const testsQuery = (search: TestSearch = {}) =>
  listQuery('tests', search, (args) => kitt().api.v1.quicktest.$get(args))

export const testQuery = (id: string) =>
  oneQuery('tests', id, (args) => kitt().api.v1.quicktest[':id'].$get(args))

/** Whether a test has not ended. */
export const isOpen = (status: TestStatus): boolean => isOneOf(OPEN_TEST, status)

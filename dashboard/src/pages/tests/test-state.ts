import { isOneOf, OPEN_TEST } from '../../../../lib/states.ts'
import type { TestStatus } from '../../api/tests.ts'

/** Whether a test still may change. */
export const isOpen = (status: TestStatus): boolean => isOneOf(OPEN_TEST, status)

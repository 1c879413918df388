import type { TestStatus } from '../../api/tests.ts'

/** Whether a test still may change. */
export const isOpen = (status: TestStatus): boolean =>
  status === 'queued' || status === 'dispatched' || status === 'running'

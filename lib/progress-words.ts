import { formatNumber } from './format-number.ts'

/** How far a test is, in requests or, where time ends it, in hundredths of its steps. */
type Reached = { done: number; total: number; unit?: 'requests' | 'percent' | undefined }

/** How far a test is: `12/40 requests`, or `86 %` where time ends it. */
export const progressWords = ({ done, total, unit }: Reached): string =>
  unit === 'percent'
    ? `${Math.floor((100 * done) / Math.max(total, 1))} %`
    : `${formatNumber(done)}/${formatNumber(total)} requests`

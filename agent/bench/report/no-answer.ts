import { engineAddress } from '../request/address.ts'
import type { FinishedRun } from './document.ts'

/** No request was answered at all, not even with a failure: there is nothing to make a result of. */
export class NoAnswer extends Error {
  override name = 'NoAnswer'
}

/** @throws NoAnswer with the address that was asked and why, where every request of the runs went unanswered */
export function requireAnswer(baseUrl: string, runs: readonly FinishedRun[]): void {
  const records = runs.flatMap((run) => run.outcome.records)
  if (records.length === 0 || records.some(({ status }) => status !== null)) return
  const reason = (records.find(({ error }) => error)?.error?.message ?? 'No answer came.').replace(/\.$/, '')
  const { origin } = engineAddress(baseUrl).chat
  const at = reason.includes(origin) ? '' : ` from ${origin}`
  throw new NoAnswer(`${reason}${at}: nothing was measured.`)
}

/**
 * The reason of a signal that ends a measurement early and keeps what was measured. A signal with any other reason
 * throws it away: the run rejects with that reason.
 */
export class Interrupted extends Error {
  override name = 'Interrupted'
}

export const isInterrupted = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && signal.reason instanceof Interrupted

/** @throws the signal's reason, unless it keeps what was measured */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted && !isInterrupted(signal)) throw signal.reason
}

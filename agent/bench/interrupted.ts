/**
 * Abort reason that ends a measurement early and keeps its results. With any other reason the run rejects with it.
 */
export class Interrupted extends Error {
  override name = 'Interrupted'
}

export const isInterrupted = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && signal.reason instanceof Interrupted

/** @throws the signal's reason, unless it is `Interrupted` */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted && !isInterrupted(signal)) throw signal.reason
}

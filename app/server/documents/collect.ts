import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Returns a function that collects garbage now; one that does nothing on runtimes other than Node. */
function collector(): () => void {
  if ('Bun' in globalThis) return () => {}
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext('gc')
  return typeof gc === 'function' ? () => void gc() : () => {}
}

let collect: (() => void) | undefined

/**
 * Collects garbage in the main thread, about 20 ms. V8 lets the buffers of several large documents pile up before it does:
 * they are outside of its heap, which hardly grows.
 */
export function collectGarbage(): void {
  collect ??= collector()
  collect()
}

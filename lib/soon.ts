const { setImmediate } = globalThis as { setImmediate?: (fn: () => void) => unknown }

/** Calls `fn` once everything else that is ready has run. `setImmediate` is the quickest way, and not on every runtime. */
export const soon: (fn: () => void) => void = setImmediate
  ? (fn) => void setImmediate(fn)
  : (fn) => void setTimeout(fn, 0)

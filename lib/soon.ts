const { setImmediate } = globalThis as { setImmediate?: (fn: () => void) => unknown }

/** Calls `fn` after all pending I/O and callbacks: with `setImmediate`, or a timer where the runtime has none. */
export const soon: (fn: () => void) => void = setImmediate
  ? (fn) => void setImmediate(fn)
  : (fn) => void setTimeout(fn, 0)

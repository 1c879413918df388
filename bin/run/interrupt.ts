import { Interrupted } from '../../agent/bench/interrupted.ts'
import { say } from '../terminal/output.ts'

/** The exit codes after a signal. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const

/** Handles Ctrl-C: the first one stops the measurement and keeps its results, a second ends the process at once. */
export function interruptible(print: (line: string) => void = say) {
  const stop = new AbortController()
  let code: number | undefined
  const onSignal = (signal: keyof typeof CODES) => {
    if (code !== undefined) process.exit(code)
    code = CODES[signal]
    print('Stopping; the requests measured so far are kept. Press Ctrl-C again to end at once.')
    stop.abort(new Interrupted('The measurement was interrupted.'))
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return {
    signal: stop.signal,
    /** The exit code after a signal; undefined without one. */
    code: () => code,
    dispose: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  }
}

import { Interrupted } from '../../agent/bench/interrupted.ts'
import { say } from '../terminal/output.ts'

/** What a process that a signal ended exits with. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const

/** A measurement that Ctrl-C ends early: the first one keeps what was measured, a second ends the process at once. */
export function interruptible(tell: (line: string) => void = say) {
  const stop = new AbortController()
  let code: number | undefined
  const onSignal = (signal: keyof typeof CODES) => {
    if (code !== undefined) process.exit(code)
    code = CODES[signal]
    tell('Stopping; what was measured is kept. Once more to end at once.')
    stop.abort(new Interrupted('The measurement was interrupted.'))
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return {
    signal: stop.signal,
    /** The exit code of the signal that came; undefined where none did. */
    code: () => code,
    dispose: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  }
}

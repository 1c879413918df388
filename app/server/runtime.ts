import { pino } from 'pino'
import { limitRepeats } from '../../lib/limit-repeats.ts'
import { visible, visibleLines } from '../../lib/visible.ts'
import packageJson from '../../package.json' with { type: 'json' }
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'

export const version: string = packageJson.version

/** `node 20.20.2` or `bun 1.3.0`. */
export const runtime: string = process.versions['bun']
  ? `bun ${process.versions['bun']}`
  : `node ${process.versions.node}`

export { sha256 } from './documents/sha256.ts'

/** Escapes control characters in plain lines, as JSON does in JSON lines. */
function withVisibleText(this: pino.Logger, [fields, message]: unknown[], method: pino.LogFn) {
  const shown = typeof message === 'string' ? visible(message) : undefined
  method.call(this, JSON.parse(JSON.stringify(fields ?? {}, withErrors), shownText) as object, shown)
}

const withErrors = (_: string, value: unknown) =>
  value instanceof Error ? { type: value.name, message: value.message, stack: value.stack } : value

const shownText = (_: string, value: unknown) => (typeof value === 'string' ? visibleLines(value) : value)

/** The program's log on stderr: JSON lines, or plain ones on a terminal; of warnings and errors not each repetition. stdout is for the output of commands. */
export async function createLog(level: Config['log_level'], terminal = process.stderr.isTTY): Promise<Log> {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    ...(terminal ? { hooks: { logMethod: withVisibleText } } : {}),
  }
  const output = terminal
    ? (await import('pino-pretty')).default({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss' })
    : pino.destination({ dest: 2, sync: false })
  const log = pino(options, output) as Log
  const now = () => performance.now()
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: limitRepeats((fields, message) => log.warn(fields, message), now),
    error: limitRepeats((fields, message) => log.error(fields, message), now),
  }
}

/** How loud a line of a log is; undefined for one that does not say. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug'

const WORDS: readonly [LogLevel, RegExp][] = [
  ['error', /^(ERROR|FATAL|CRITICAL|SEVERE|PANIC|E)$/],
  ['warn', /^(WARN|WARNING|W)$/],
  ['info', /^(INFO|NOTICE|I)$/],
  ['debug', /^(DEBUG|TRACE|VERBOSE|D)$/],
]

/** Where loggers write the level: in front, perhaps after a time or a name. */
const FRONT = 80
/** A level in capitals as a word, alone or in brackets; of single letters only one in front, as llama.cpp has it. */
const CAPITALS = /\b(ERROR|FATAL|CRITICAL|SEVERE|PANIC|WARN|WARNING|INFO|NOTICE|DEBUG|TRACE|VERBOSE)\b/
const LETTER = /^(?:[\d.:\s]+)?([EWID])(?:\s|\d{4}\s)/
/** `level=warn`, `"level":"warn"`, and `error: …` in front. */
const FIELD = /\blevel"?\s*[=:]\s*"?(error|fatal|critical|warn|warning|info|debug|trace)\b/i
const PREFIX = /^\s*(error|fatal|warning|warn)\b\s*:/i
const RAISED = /^(Traceback \(most recent call last\)|\w+(\.\w+)*(Error|Exception)\b)/

/** The level that a line says it has. */
export function levelOf(line: string): LogLevel | undefined {
  const front = line.slice(0, FRONT)
  const word =
    CAPITALS.exec(front)?.[1] ??
    FIELD.exec(line.slice(0, 4 * FRONT))?.[1] ??
    PREFIX.exec(front)?.[1] ??
    LETTER.exec(front)?.[1]
  if (word !== undefined) {
    const upper = word.toUpperCase()
    return WORDS.find(([, words]) => words.test(upper))?.[0]
  }
  return RAISED.test(front) ? 'error' : undefined
}

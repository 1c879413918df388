import { own } from '../../lib/own.ts'
import { visible } from '../../lib/visible.ts'

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>

const CODES = { red: 31, green: 32, yellow: 33, cyan: 36, grey: 90 } as const
export type Colour = keyof typeof CODES

/** Whether a stream shows colours: a terminal, unless NO_COLOR is set. */
export const hasColour = (stream: Stream = process.stdout): boolean =>
  Boolean(stream.isTTY) && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'

/** The columns of a terminal; infinite for other streams. */
export const widthOf = (stream: Stream = process.stdout): number =>
  stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY

export const paint = (text: string, colour: Colour | undefined): string =>
  colour ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text

const STATES: Record<string, Colour> = {
  online: 'green',
  completed: 'green',
  passed: 'green',
  busy: 'cyan',
  running: 'cyan',
  dispatched: 'cyan',
  queued: 'yellow',
  draining: 'yellow',
  failed: 'red',
  offline: 'grey',
  cancelled: 'grey',
  skipped: 'grey',
  draft: 'grey',
  worse: 'red',
  beyond: 'red',
  confirmed: 'red',
  better: 'green',
  improved: 'green',
  suspect: 'yellow',
  confirming: 'yellow',
  missing: 'yellow',
  small: 'grey',
  learning: 'grey',
}

export const colourOf = (state: string): Colour | undefined => own(STATES, state)

/** Untrusted text for a terminal: one line, without colours, with control characters made visible. */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with ESC
  visible(text.replace(/\u001b\[[0-9;]*m/g, '').replaceAll('\t', ' '))

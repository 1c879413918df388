/** One output stream, such as stderr. */
export type LineStream = { feed(chunk: string | Uint8Array): void; end(): void }

/** The newest lines of an engine's output. */
export type Lines = {
  /** Begins a stream; lines of different streams are not mixed. */
  stream(): LineStream
  /** The newest lines of all streams, oldest first; incomplete lines last. */
  last(count?: number): string[]
}

const MAX_LINE = 2000
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with ESC
const COLOURS = /\u001b\[[0-9;?]*[A-Za-z]/g

/**
 * Splits output streams into lines and keeps the newest `keep`; long lines are truncated.
 * @param secrets replaced by [hidden]: engines often print their arguments
 */
export function createLines(
  onLine: (line: string) => void = () => {},
  secrets: readonly string[] = [],
  keep = 200,
): Lines {
  const kept: string[] = []
  const open = new Set<{ rest: string }>()
  const clean = (text: string) =>
    secrets.reduce((all, secret) => all.replaceAll(secret, '[hidden]'), text.replace(COLOURS, ''))
  const take = (text: string) => {
    const line = clean(text).slice(0, MAX_LINE).trimEnd()
    if (line === '') return
    if (kept.push(line) > keep) kept.shift()
    onLine(line)
  }
  const stream = (): LineStream => {
    const decoder = new TextDecoder()
    const state = { rest: '' }
    open.add(state)
    const add = (text: string) => {
      const parts = (state.rest + text).split(/[\r\n]+/)
      state.rest = parts.pop() ?? ''
      for (const part of parts) take(part)
      // Limits the memory of a line that never ends.
      if (state.rest.length <= MAX_LINE * 10) return
      take(state.rest)
      state.rest = ''
    }
    return {
      feed: (chunk) => add(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })),
      end() {
        if (!open.delete(state)) return
        add(`${decoder.decode()}\n`)
      },
    }
  }
  const unended = () =>
    [...open].flatMap(({ rest }) => (rest.trim() === '' ? [] : [clean(rest).slice(0, MAX_LINE)]))
  return { stream, last: (count = keep) => [...kept, ...unended()].slice(-count) }
}

/** Appends an engine's last lines to a reason. */
export function withLastLines(reason: string, lines: readonly string[], count = 10): string {
  const last = lines.slice(-count).map((line) => line.slice(0, 300))
  return last.length === 0 ? reason : `${reason}\nThe engine's last lines:\n${last.join('\n')}`
}

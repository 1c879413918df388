import type { Chunk } from './chunk.ts'
import type { OutputKind } from './record.ts'

/** The JSON that an engine repeats for every token of an answer: only the output text differs. */
export interface Template {
  kind: OutputKind
  /** Length of the output in a message of this shape; 0 for another message, which must be parsed. */
  match(text: string): number
}

const FIELD = /"(?:content|reasoning_content|reasoning|text)"\s*:\s*"/g
const PLAIN = /^[^"\\]+$/

/**
 * Makes a template of a message with output only. A text with the same start and end, and no quote or backslash
 * between, is the same JSON with other output, and need not be parsed.
 */
export function templateOf(text: string, chunk: Chunk): Template | null {
  const [[kind, bytes] = [], ...others] = Object.entries(chunk.output ?? {}) as [OutputKind, number][]
  const more = chunk.finish_reason !== null || chunk.usage !== null || chunk.server !== null
  if (kind === undefined || bytes === undefined || others.length > 0 || more) return null
  for (const field of text.matchAll(FIELD)) {
    const from = field.index + field[0].length
    const words = text.slice(from, from + bytes)
    if (!PLAIN.test(words) || text.charCodeAt(from + bytes) !== 34 /* " */) continue
    const [start, end] = [text.slice(0, from), text.slice(from + bytes)]
    return {
      kind,
      match(other) {
        const length = other.length - start.length - end.length
        if (length <= 0 || !other.startsWith(start) || !other.endsWith(end)) return 0
        const between = other.slice(start.length, start.length + length)
        return between.includes('"') || between.includes('\\') ? 0 : length
      },
    }
  }
  return null
}

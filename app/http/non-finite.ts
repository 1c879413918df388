import { endOfString } from '../../lib/raw-members.ts'

const WORD = /-?Infinity|NaN/y
const [QUOTE, MINUS, I, N] = [34, 45, 73, 78]

/**
 * The same text with null for the `NaN`, `Infinity` and `-Infinity` that Python writes and JSON does not know:
 * what has no value was not measured. Strings stay as they are.
 */
export function withoutNonFinite(text: string): string {
  // Most texts that are no JSON have neither: a look for the words takes a tenth of a walk through 16 MiB.
  if (!text.includes('NaN') && !text.includes('Infinity')) return text
  const parts: string[] = []
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) i = endOfString(text, i)
    else if (code === N || code === I || code === MINUS) {
      WORD.lastIndex = i
      const [word] = WORD.exec(text) ?? []
      if (!word) continue
      parts.push(text.slice(from, i), 'null')
      from = i + word.length
      i = from - 1
    }
  }
  return from === 0 ? text : parts.join('') + text.slice(from)
}

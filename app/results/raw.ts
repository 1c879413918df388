/** A part of a JSON object's text: the key, and the text of its value as it stands. */
export type RawMember = { key: string; raw: string }

const BLANK = new Set([' ', '\n', '\r', '\t'])

/**
 * The members of a JSON object as text, so that numbers, key order and escapes stay as they came.
 * `text` must be valid JSON and an object.
 */
export function rawMembers(text: string): RawMember[] {
  return entries(text, '{').map(({ start, end }) => {
    const keyEnd = stringEnd(text, start)
    const colon = text.indexOf(':', keyEnd)
    return { key: JSON.parse(text.slice(start, keyEnd)) as string, raw: text.slice(colon + 1, end).trim() }
  })
}

/** The elements of a JSON array as text. */
export const rawElements = (text: string): string[] =>
  entries(text, '[').map(({ start, end }) => text.slice(start, end).trim())

/** Members as the text of an object. */
export const rawObject = (members: RawMember[]): string =>
  `{${members.map(({ key, raw }) => `${JSON.stringify(key)}:${raw}`).join(',')}}`

/** Whether a JSON text is an object, by its first character. */
export const isRawObject = (text: string): boolean => text.trimStart().startsWith('{')

/** Where the entries of the outermost object or array begin and end. Walks the text once, without recursion. */
function entries(text: string, open: '{' | '['): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = []
  let depth = 0
  let start = -1
  for (let i = text.indexOf(open); i < text.length; i++) {
    const ch = text[i] as string
    if (depth === 1 && start < 0 && !BLANK.has(ch) && ch !== ',' && ch !== '}' && ch !== ']') start = i
    if (ch === '"') i = stringEnd(text, i) - 1
    else if (ch === '{' || ch === '[') depth++
    else if (ch === '}' || ch === ']') depth--
    if (start >= 0 && ((depth === 1 && ch === ',') || depth === 0)) {
      found.push({ start, end: i })
      start = -1
    }
    if (depth === 0) break
  }
  return found
}

/** The index after the string that begins at `at`. */
function stringEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i + 1
  }
  return text.length
}

/** One member of a JSON object: its key, the text of its value, and the text of both. */
export type RawMember = { key: string; raw: string; text: string }

/**
 * The members of a JSON object as text: numbers, key order, escapes and duplicate keys stay unchanged.
 * `text` must be valid JSON and an object.
 */
export function rawMembers(text: string): RawMember[] {
  return entries(text, '{').map((member) => {
    const keyEnd = endOfString(member, 0) + 1
    const colon = member.indexOf(':', keyEnd)
    return {
      key: JSON.parse(member.slice(0, keyEnd)) as string,
      raw: member.slice(colon + 1).trim(),
      text: member,
    }
  })
}

/** The text of one member of a JSON object; undefined where it is absent or null. Of doubled ones the last, as parsers have it. */
export function rawMember(text: string, key: string): string | undefined {
  const raw = rawMembers(text).findLast((member) => member.key === key)?.raw
  return raw === 'null' ? undefined : raw
}

/** The elements of a JSON array as text. */
export const rawElements = (text: string): string[] => entries(text, '[')

/** Removes members from an object; the same text when it has none of them. */
export function withoutMembers(text: string, unwanted: (member: RawMember) => boolean): string {
  const members = rawMembers(text)
  const kept = members.filter((member) => !unwanted(member))
  return kept.length === members.length ? text : rawObject(kept)
}

/** Members as the text of an object. */
export const rawObject = (members: Pick<RawMember, 'text'>[]): string =>
  `{${members.map((member) => member.text).join(',')}}`

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d]

/** The texts of the outermost object's or array's entries, in one pass without recursion. */
function entries(text: string, open: '{' | '['): string[] {
  const found: string[] = []
  let start = text.indexOf(open) + 1
  const take = (end: number) => {
    const entry = text.slice(start, end).trim()
    if (entry !== '') found.push(entry)
    start = end + 1
  }
  for (let i = start, depth = 1; depth > 0 && i < text.length; i++) {
    const mark = text.charCodeAt(i)
    if (mark === QUOTE) i = endOfString(text, i)
    else if (mark === LIST || mark === OBJECT) depth++
    else if ((mark === LIST_END || mark === OBJECT_END) && --depth === 0) take(i)
    else if (mark === COMMA && depth === 1) take(i)
  }
  return found
}

/** The index of the quote that ends the string begun at `start`; the length of a text that ends before. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}

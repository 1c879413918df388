/** Control characters, direction marks, zero-width and other ignorable characters, and every space but U+0020. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]|[^\S ]/u
const EACH_HIDDEN = new RegExp(HIDDEN, 'gu')

/** Whether a text has neither hidden characters nor spaces at its ends. */
export const isPlain = (text: string): boolean => !HIDDEN.test(text) && text === text.trim()

/**
 * A name with its hidden characters escaped, so that different names look different.
 * @example shownName('gpu\u200b-1 ') // 'gpu\\u{200b}-1\\u{20}'
 */
export function shownName(name: string): string {
  if (isPlain(name)) return name
  return name
    .replace(EACH_HIDDEN, escaped)
    .replace(/^ +| +$/g, (spaces) => escaped(' ').repeat(spaces.length))
}

const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`

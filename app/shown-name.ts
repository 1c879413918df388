/**
 * Characters that a reader does not see, or that change how what stands beside them is shown: controls, direction marks,
 * zero-width and other ignorable characters, and every space but the ordinary one.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]|[^\S ]/u
const EACH_HIDDEN = new RegExp(HIDDEN, 'gu')

/** Whether every character of a text shows, and no space stands at either end. */
export const isPlain = (text: string): boolean => !HIDDEN.test(text) && text === text.trim()

/**
 * A name as it is shown: what would not show is written out, so that no two names look alike by it.
 * @example shownName('gpu\u200b-1 ') // 'gpu\\u{200b}-1\\u{20}'
 */
export function shownName(name: string): string {
  if (isPlain(name)) return name
  return name
    .replace(EACH_HIDDEN, escaped)
    .replace(/^ +| +$/g, (spaces) => escaped(' ').repeat(spaces.length))
}

const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`

/**
 * What cannot be seen or turns the reading direction: controls, direction marks, zero-width and filling characters.
 * Line breaks, tabs and the selectors of a symbol's look stay.
 */
const UNSEEN = /(?!\n|\r|\t|\ufe0e|\ufe0f)[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/gu

/**
 * A text with its unseen characters escaped as the names of setups are, so that no name looks like another.
 * @example visibleText('model-\u202egnp.exe') // 'model-\\u{202e}gnp.exe'
 */
export const visibleText = (text: string): string =>
  text.search(UNSEEN) < 0
    ? text
    : text.replace(UNSEEN, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`)

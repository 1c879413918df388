/**
 * Characters that control a terminal, reorder text or are invisible: controls, line and paragraph separators,
 * bidi marks, zero-width characters and lone surrogates.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const shown = (found: string): string => {
  const code = found.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '␡' : escaped(found)
}

const escaped = (found: string) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`

/** Untrusted text as one safe line; letters of every script stay readable. */
export const visible = (text: string): string => text.replace(UNSEEN, shown)

/** As `visible`, keeping line breaks. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n')

/** JSON with unsafe characters escaped: the same value, safe on a terminal. */
export const visibleJson = (json: string): string =>
  json.replace(UNSEEN, (found) =>
    found === '\n' || found === '\t' || found === '\r' ? found : escaped(found),
  )

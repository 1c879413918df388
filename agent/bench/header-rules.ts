/** A header's value as results show it. */
export const HIDDEN = '[hidden]'

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const UNFIT = /[^\t\u0020-\u007e\u0080-\u00ff]/u
/** What the connection itself decides. */
const OWN = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Why no request can carry this header, as one sentence without its value; undefined where it can. */
export function headerProblem(name: string, value: string): string | undefined {
  if (!NAME.test(name)) return `"${visible(name)}" cannot be the name of a header.`
  if (OWN.has(name.toLowerCase())) return `The header ${name} is the connection's own and cannot be set.`
  if (value === HIDDEN) return `The value of the header ${name} is hidden in results: give it anew.`
  const at = value.search(UNFIT)
  if (at >= 0)
    return `The value of the header ${name} holds ${charName(value, at)}, which no header can carry.`
  return undefined
}

/** What a mis-pasted secret holds where: `U+2026 "…" as character 4 of 20`. */
export function charName(text: string, at: number): string {
  const point = text.codePointAt(at) ?? 0
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
  const place = `as character ${[...text.slice(0, at)].length + 1} of ${[...text].length}`
  const word =
    point === 32
      ? 'a space'
      : point === 10 || point === 13
        ? 'a line break'
        : point === 9
          ? 'a tab'
          : undefined
  if (word) return `${word} ${place}`
  return /[\p{C}\p{Z}]/u.test(String.fromCodePoint(point))
    ? `${code} ${place}`
    : `${code} "${String.fromCodePoint(point)}" ${place}`
}

/** Why a key cannot be sent as one, as the end of a sentence; undefined where it can. The key itself is not in it. */
export function keyProblem(key: string): string | undefined {
  const at = key.search(/[^\u0021-\u007e]/u)
  return at < 0
    ? undefined
    : `holds ${charName(key, at)}; a key is letters, digits and signs of ASCII alone. Copy it again.`
}

const visible = (text: string) => text.slice(0, 80).replace(/[^\u0020-\u007e]/gu, '?')

/** Replaces a header's value in results. */
export const HIDDEN = '[hidden]'

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const UNFIT = /[^\t\u0020-\u007e\u0080-\u00ff]/u
/** Headers set by the connection. */
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

/** Why this header cannot be sent, as a sentence without its value; undefined when it can. */
export function headerProblem(name: string, value: string): string | undefined {
  if (!NAME.test(name)) return `"${visible(name)}" is not a valid name of a header.`
  if (OWN.has(name.toLowerCase())) return `The header ${name} is set by the connection and cannot be given.`
  if (value === HIDDEN) return `The value of the header ${name} is hidden in results: give it again.`
  const at = value.search(UNFIT)
  if (at >= 0)
    return `The value of the header ${name} contains ${charName(value, at)}, which is not allowed in a header.`
  return undefined
}

/** Names an invalid character and its place, not the text: `U+2026 "…" as character 4 of 20`. */
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

/** Why a key cannot be sent, as the end of a sentence without the key; undefined when it can. */
export function keyProblem(key: string): string | undefined {
  const at = key.search(/[^\u0021-\u007e]/u)
  return at < 0
    ? undefined
    : `contains ${charName(key, at)}; a key has only ASCII letters, digits and signs. Copy it again.`
}

const visible = (text: string) => text.slice(0, 80).replace(/[^\u0020-\u007e]/gu, '?')

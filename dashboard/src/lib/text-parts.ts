/** A stretch of a text that is what was searched for, or lies between. */
export type TextPart = { part: string; isMatch: boolean; from: number }

/** A text cut where a search finds something in it, whatever the case; whole without a search. */
export function partsOf(text: string, query: string): TextPart[] {
  const wanted = query.toLowerCase()
  const lower = text.toLowerCase()
  // Of some letters the small form is longer: then the places would be others.
  if (wanted === '' || lower.length !== text.length) return [{ part: text, isMatch: false, from: 0 }]
  const parts: TextPart[] = []
  let done = 0
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, done)) {
    if (at > done) parts.push({ part: text.slice(done, at), isMatch: false, from: done })
    done = at + wanted.length
    parts.push({ part: text.slice(at, done), isMatch: true, from: at })
  }
  if (done < text.length) parts.push({ part: text.slice(done), isMatch: false, from: done })
  return parts
}

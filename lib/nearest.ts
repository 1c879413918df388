/** Changes that make one word the other: letters added, left out, replaced, or two swapped. */
function distance(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const least = Math.min(
        (last?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last?.[j - 1] ?? 0) + (same ? 0 : 1),
      )
      row.push(swapped ? Math.min(least, (before?.[j - 2] ?? 0) + 1) : least)
    }
    ;[before, last] = [last, row]
  }
  return last?.[b.length] ?? 0
}

/** Longer words are not compared: they are no slip of the keyboard. */
const LONGEST = 64

/**
 * The known name that a word most likely means: one that it begins, or one with a slip or two.
 * @example nearest('throughputt', ['throughput', 'latency']) // 'throughput'
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length === 0 || word.length > LONGEST) return undefined
  const plain = (text: string) => text.toLowerCase().replace(/[\s-]/g, '_')
  const asked = plain(word)
  const ranked = known
    .filter((name) => name !== '')
    .map((name) => ({ name, away: distance(asked, plain(name)), begins: plain(name).startsWith(asked) }))
    .sort((a, b) => a.away - b.away)
  const [best] = ranked
  if (best && best.away < best.name.length && best.away <= Math.max(1, Math.floor(asked.length / 3)))
    return best.name
  const begun = ranked.filter(({ begins }) => begins && asked.length >= 3)
  return begun.length === 1 ? begun[0]?.name : undefined
}

/** `Did you mean "throughput"? ` for a slip, otherwise nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = nearest(word, known)
  return meant === undefined ? '' : `Did you mean "${meant}"? `
}

/** The parts of a version: numbers and words. */
const PARTS = /\d+|[a-z]+/gi

/** Whether a version is another one or a later one: `0.11.10` is at least `0.11.2`; `1.0rc1` is before `1.0`. */
export function atLeast(version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) => text.replace(/^v/i, '').match(PARTS) ?? [])
  for (let i = 0; i < Math.max(a?.length ?? 0, b?.length ?? 0); i++) {
    const order = compare(a?.[i], b?.[i])
    if (order !== 0) return order > 0
  }
  return true
}

/** A missing part comes before a number, and after a word: words name what comes before a release. */
function compare(a: string | undefined, b: string | undefined): number {
  const rank = (part: string | undefined) => (part === undefined ? 1 : /\d/.test(part) ? 2 : 0)
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  if (a === undefined || b === undefined || a === b) return 0
  return rank(a) === 2 ? Number(a) - Number(b) : a < b ? -1 : 1
}

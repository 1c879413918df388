/** The most characters of a name. */
const NAME_MAX = 200

/**
 * The name of one more of the same kind: `Nightly` is followed by `Nightly (2)`, then `Nightly (3)`.
 * @param taken the names that exist
 */
export function nextName(name: string, taken: readonly string[]): string {
  const [, stem = name, number = '1'] = /^(.*) \((\d{1,6})\)$/s.exec(name) ?? []
  let n = Number(number) + 1
  const named = () => `${stem.slice(0, NAME_MAX - ` (${n})`.length)} (${n})`
  while (taken.includes(named())) n++
  return named()
}

import { plural } from './format.ts'

/**
 * What a person is told of the results that an export has not: statistics do not count them.
 * @param header of the answer: `2 failed, 1 prefix_cache`
 * @returns undefined where nothing is left out
 */
export function leftOutWords(header: string): string | undefined {
  const found = [...header.matchAll(/(\d{1,9}) (\w+)/g)]
  if (found.length === 0) return undefined
  const total = found.reduce((sum, [, results]) => sum + Number(results), 0)
  const reasons = found.map(([, results, reason = '']) => {
    const words = reason.replaceAll('_', ' ')
    return found.length > 1 ? `${results} ${words}` : words
  })
  return `The file is without ${plural(total, 'result')} that statistics leave out: ${reasons.join(', ')}.`
}

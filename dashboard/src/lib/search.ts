/** The query parameters of a URL, all of them texts. */
export type RawSearch = Record<string, string>

export const parseSearch = (text: string): RawSearch => Object.fromEntries(new URLSearchParams(text))

export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()
  return text ? `?${text}` : ''
}

export const textIn = (search: Record<string, unknown>, key: string): string | undefined =>
  typeof search[key] === 'string' && search[key] !== '' ? (search[key] as string) : undefined

/** Several parameters by name. */
export function textsIn<const Names extends readonly string[]>(
  search: Record<string, unknown>,
  names: Names,
) {
  const texts = names.map((name) => [name, textIn(search, name)])
  return Object.fromEntries(texts) as Record<Names[number], string | undefined>
}

/** A parameter that is one of `words`, else undefined. */
export function wordIn<T extends string>(
  search: Record<string, unknown>,
  key: string,
  words: readonly T[],
): T | undefined {
  return words.find((word) => word === search[key])
}

/** A page number from 2 on; the first page needs no parameter. */
export function pageIn(search: Record<string, unknown>): number | undefined {
  const page = Number(search['page'])
  return Number.isInteger(page) && page > 1 && page <= 1_000_000 ? page : undefined
}

/** How many items of a truncated page to skip, 1 to 99. */
export function skipIn(search: Record<string, unknown>): number | undefined {
  const skip = Number(search['skip'])
  return Number.isInteger(skip) && skip > 0 && skip < 100 ? skip : undefined
}

/** A comma-separated list without duplicates, if given. */
export function listIn(search: Record<string, unknown>, key: string): string[] | undefined {
  const items = textIn(search, key)
    ?.split(',')
    .filter((item) => item !== '')
  return items && items.length > 0 ? [...new Set(items)] : undefined
}

/** Whether one of the parameters that are filters is given. */
export const isFiltered = <S extends object>(search: S, names: readonly (keyof S)[]): boolean =>
  names.some((name) => search[name] !== undefined)

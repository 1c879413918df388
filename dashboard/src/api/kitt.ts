import { type Client, createClient } from '../../../app/client/client.ts'
import { getToken, onToken } from './token.ts'

let client: Client | undefined
onToken(() => {
  client = undefined
})

/** The typed client with the token in use. */
export function kitt(): Client {
  client ??= createClient({ baseUrl: location.origin, token: getToken() })
  return client
}

/** The body of an answer. */
export const read = async <T>(answer: Promise<{ json(): Promise<T> }>): Promise<T> => (await answer).json()

/** What is given, as query strings; what is undefined, empty or null is left out. */
export function queryOf(params: Record<string, string | number | boolean | null | undefined>) {
  const given = Object.entries(params).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)])) as Record<string, string>
}

/** What a list is asked for: texts by their names in the query, and which page. */
export type Search<Text extends string> = { [Name in Text]?: string | undefined } & {
  page?: number | undefined
  per_page?: number | undefined
}

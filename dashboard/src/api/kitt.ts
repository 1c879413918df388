import { type Client, createClient } from '../../../app/client/client.ts'
import { getToken, onToken } from './token.ts'

let client: Client | undefined
onToken(() => {
  client = undefined
})

/** The typed client with the current token. */
export function kitt(): Client {
  client ??= createClient({ baseUrl: location.origin, token: getToken() })
  return client
}

/** The JSON body of a response. */
export const read = async <T>(answer: Promise<{ json(): Promise<T> }>): Promise<T> => (await answer).json()

/** Parameters as query strings; undefined, empty and null ones are left out. */
export function queryOf(params: Record<string, string | number | boolean | null | undefined>) {
  const given = Object.entries(params).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  return Object.fromEntries(given.map(([key, value]) => [key, String(value)])) as Record<string, string>
}

/** The query parameters of a list: texts by name, and the page. */
export type Search<Text extends string> = { [Name in Text]?: string | undefined } & {
  page?: number | undefined
  per_page?: number | undefined
}

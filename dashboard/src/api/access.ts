import { queryOptions, useQuery } from '@tanstack/react-query'
import { ApiError, createClient } from '../../../app/client.ts'
import { read } from './kitt.ts'
import { getToken } from './token.ts'

/** `full` may act · `none` nobody signed in · `wrong` a token that this server does not know. */
export type Access = 'full' | 'none' | 'wrong'

/** Asks the server what a token is good for, by a question that only a known token may ask. */
export async function accessOf(token: string | undefined): Promise<Access> {
  const { api } = createClient({ baseUrl: location.origin, token })
  try {
    await read(api.v1.settings.$get())
    return 'full'
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 401) return 'none'
    if (error.status === 403) return 'wrong'
    throw error
  }
}

const accessQuery = () =>
  queryOptions({
    queryKey: ['access', getToken() ?? ''],
    queryFn: () => accessOf(getToken()),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** What the token in use allows; undefined while nobody knows yet. */
export const useAccess = (): Access | undefined => useQuery(accessQuery()).data

import { queryOptions, useQuery } from '@tanstack/react-query'
import { ApiError, createClient } from '../../../app/client/client.ts'
import { read } from './kitt.ts'
import { getToken, useToken } from './token.ts'

/**
 * `full` may act · `none` nobody signed in, who may read · `shut` nobody signed in, and this server shows itself
 * to nobody without a token · `wrong` a token that this server does not know.
 */
export type Access = 'full' | 'none' | 'shut' | 'wrong'

/** Finds out what a token is good for; without one, without asking for anything that would be refused. */
export async function accessOf(token: string | undefined): Promise<Access> {
  const { api } = createClient({ baseUrl: location.origin, token })
  if (!token) return WITHOUT_TOKEN[(await read(api.v1.version.$get())).token_for]
  try {
    await read(api.v1.settings.$get())
    return 'full'
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return 'wrong'
    throw error
  }
}

const WITHOUT_TOKEN = { nothing: 'full', changes: 'none', everything: 'shut' } as const

export const accessQuery = () =>
  queryOptions({
    queryKey: ['access', getToken() ?? ''],
    queryFn: () => accessOf(getToken()),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** What the token in use allows; undefined while nobody knows yet. */
export const useAccess = (): Access | undefined => useQuery(accessQuery()).data

/**
 * Whether to ask the server for what it shows at all: `undefined` while only it knows whether it shows anything.
 * With a token that it does not know it refuses what it shows to those without one.
 */
export function useMayRead(): boolean | undefined {
  const token = useToken()
  const { data, isError } = useQuery(accessQuery())
  if (data === 'wrong') return false
  if (token || isError) return true
  return data && data !== 'shut'
}

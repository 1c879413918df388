import { queryOptions, useQuery } from '@tanstack/react-query'
import { ApiError, createClient } from '../../../app/client/client.ts'
import { read } from './kitt.ts'
import { getToken, useToken } from './token.ts'

/**
 * `full`: reads and changes · `run`, `read`: with a token of this scope · `none`: without a token, reads only · `shut`:
 * without a token, on a server that needs one for reads · `wrong`: with a token that is unknown or has ended.
 */
export type Access = 'full' | 'run' | 'read' | 'none' | 'shut' | 'wrong'

/** Whether there is a valid token, or none is needed. */
export const isSignedIn = (access: Access | undefined): boolean =>
  access === 'full' || access === 'run' || access === 'read'

/** Finds the access of a token. Without a token no request is sent that the server would refuse. */
export async function accessOf(token: string | undefined): Promise<Access> {
  const { api } = createClient({ baseUrl: location.origin, token })
  if (!token) return WITHOUT_TOKEN[(await read(api.v1.version.$get())).token_for]
  try {
    return OF_SCOPE[(await read(api.v1.tokens.current.$get())).scope]
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return 'wrong'
    throw error
  }
}

const OF_SCOPE = { admin: 'full', run: 'run', read: 'read', agent: 'read' } as const

const WITHOUT_TOKEN = { nothing: 'full', changes: 'none', everything: 'shut' } as const

export const accessQuery = () =>
  queryOptions({
    queryKey: ['access', getToken() ?? ''],
    queryFn: () => accessOf(getToken()),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The access of the current token; undefined until it is known. */
export const useAccess = (): Access | undefined => useQuery(accessQuery()).data

/**
 * Whether reads are allowed; undefined until it is known. The server refuses an unknown token even for reads that need
 * none.
 */
export function useMayRead(): boolean | undefined {
  const token = useToken()
  const { data, isError } = useQuery(accessQuery())
  if (data === 'wrong') return false
  if (token || isError) return true
  return data && data !== 'shut'
}

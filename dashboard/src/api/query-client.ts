import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../../../app/client/client.ts'

/** Whether a retry may succeed: no response, or a temporary error. */
const isTemporary = (error: unknown) =>
  !(error instanceof ApiError) || error.status === 429 || error.status >= 500

/**
 * The query cache. The event stream keeps it fresh, so nothing is polled, and a change of page within half a minute
 * reads nothing again.
 */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && isTemporary(error),
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  })

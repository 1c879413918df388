import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../../../app/client/client.ts'

/** What a second try may mend: no answer at all, or one that says "later". */
const mayPass = (error: unknown) =>
  !(error instanceof ApiError) || error.status === 429 || error.status >= 500

/**
 * The cache of everything read. What is in it is kept fresh by the event stream, so nothing is polled and
 * nothing is read again for a change of page within half a minute.
 */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && mayPass(error),
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  })

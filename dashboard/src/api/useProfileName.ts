import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { profilesQuery } from './engines.ts'

/**
 * Engine profiles in words by their ids: `profile long context`; a deleted one by the start of its id.
 * @param needed whether there are any to name
 */
export function useProfileName(needed: boolean): (id: string | null) => string | undefined {
  const { data } = useQuery({ ...profilesQuery(), enabled: needed })
  return useCallback(
    (id) =>
      id === null
        ? undefined
        : `profile ${data?.items.find((profile) => profile.id === id)?.name ?? id.slice(0, 8)}`,
    [data],
  )
}

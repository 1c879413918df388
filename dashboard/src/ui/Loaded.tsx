import type { ReactNode } from 'react'
import { Failure } from './Failure.tsx'
import css from './states.module.css'

type Query<T> = {
  data: T | undefined
  error: unknown
  isPlaceholderData: boolean
  isFetching: boolean
  refetch(): unknown
}

type Props<T> = { query: Query<T>; skeleton: ReactNode; children(data: T): ReactNode }

/** The data of a query, or its state: loading, failed or out of date. */
export function Loaded<T>({ query, skeleton, children }: Props<T>) {
  const { data, error, isPlaceholderData, isFetching, refetch } = query
  if (data === undefined) {
    if (error && !isFetching) return <Failure error={error} onRetry={() => void refetch()} />
    return (
      <div aria-busy="true" role="status" aria-label="Loading">
        {skeleton}
      </div>
    )
  }
  return (
    <>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} stale />}
      <div className={css.loaded} data-old={isPlaceholderData || undefined} aria-busy={isPlaceholderData}>
        {children(data)}
      </div>
    </>
  )
}

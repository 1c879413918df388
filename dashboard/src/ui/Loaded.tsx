import type { ReactNode } from 'react'
import { Failure } from './Failure.tsx'
import { SkeletonLines } from './SkeletonLines.tsx'
import css from './states.module.css'

export type Query<T> = {
  data: T | undefined
  error: unknown
  isPlaceholderData: boolean
  isFetching: boolean
  refetch(): unknown
}

type Props<T> = {
  query: Query<T>
  /** The lines that stand in place of the data, and the height of each in pixels. */
  lines: number
  height?: number
  children(data: T): ReactNode
}

/** The data of a query, or its state: loading, failed or out of date. */
export function Loaded<T>({ query, lines, height, children }: Props<T>) {
  const { data, error, isPlaceholderData, isFetching, refetch } = query
  if (data === undefined) {
    if (error && !isFetching) return <Failure error={error} onRetry={() => void refetch()} />
    return (
      <div aria-busy="true" role="status" aria-label="Loading">
        <SkeletonLines n={lines} height={height} />
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

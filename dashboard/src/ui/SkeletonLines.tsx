import { Skeleton } from '@mantine/core'
import css from './states.module.css'

/** A skeleton of `n` lines with the height of the final ones, in pixels. */
export function SkeletonLines({ n, height = 20 }: { n: number; height?: number | undefined }) {
  return (
    <div className={css.lines}>
      {Array.from({ length: n }, (_, i) => (
        <Skeleton key={String(i)} height={height} radius="sm" />
      ))}
    </div>
  )
}

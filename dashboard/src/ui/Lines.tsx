import { Skeleton } from '@mantine/core'
import css from './states.module.css'

/** Grey lines in place of `n` lines to come, of the height that they will have. */
export function Lines({ n = 4, height = 20 }: { n?: number; height?: number }) {
  return (
    <div className={css.lines}>
      {Array.from({ length: n }, (_, i) => (
        <Skeleton key={String(i)} height={height} radius="sm" />
      ))}
    </div>
  )
}

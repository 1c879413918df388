import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { levelOf } from '../lib/log-level.ts'
import { plainText } from '../lib/plain-text.ts'
import { partsOf } from '../lib/text-parts.ts'
import { clockTime } from '../lib/time.ts'
import type { LogLine } from '../live/log-store.ts'
import css from './LogView.module.css'
import { useFollow } from './useFollow.ts'

type Props = {
  lines: LogLine[]
  wrap: boolean
  empty: string
  /** The text that is searched for, and the line where it is shown. */
  query: string
  at: number | undefined
}

/** The lines of a log. Only visible ones are rendered, so that 100,000 lines scroll smoothly. */
export function LogList({ lines, wrap, empty, query, at }: Props) {
  const box = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 20,
    paddingStart: 6,
    paddingEnd: 6,
  })
  const total = virtual.getTotalSize()
  const { following, toEnd, stop } = useFollow(box, total)
  const items = virtual.getVirtualItems()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizer is a new object in every render
  useEffect(() => {
    if (at === undefined) return
    stop()
    virtual.scrollToIndex(at, { align: 'center' })
  }, [at, stop])
  return (
    <div className={css.frame}>
      <section
        ref={box}
        className={css.box}
        data-wrap={wrap || undefined}
        aria-label="Log lines"
        tabIndex={0}
      >
        {lines.length === 0 && <p className={css.empty}>{empty}</p>}
        <div className={css.sizer} style={{ height: total }}>
          <div className={css.window} style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}>
            {items.map(({ index, key }) => (
              <div
                key={key}
                data-index={index}
                data-found={index === at || undefined}
                ref={wrap ? virtual.measureElement : null}
                className={css.line}
              >
                <Line line={lines[index]} query={query} />
              </div>
            ))}
          </div>
        </div>
      </section>
      {!following && (
        <Button
          className={css.jump ?? ''}
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={toEnd}
        >
          Jump to end
        </Button>
      )}
    </div>
  )
}

function Line({ line, query }: { line: LogLine | undefined; query: string }) {
  if (!line) return null
  const text = plainText(line.line)
  return (
    <>
      <time className={css.time} dateTime={line.created_at}>
        {clockTime(Date.parse(line.created_at))}
      </time>
      <span className={css.text} data-level={levelOf(text)}>
        {partsOf(text, query).map(({ part, isMatch, from }) =>
          isMatch ? <mark key={from}>{part}</mark> : part,
        )}
      </span>
    </>
  )
}

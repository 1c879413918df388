import { Button, Checkbox } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import { formatNumber } from '../lib/format.ts'
import { plainText } from '../lib/plain-text.ts'
import { clockTime } from '../lib/time.ts'
import type { LogLine, openLog } from '../live/log-store.ts'
import { Failure } from './Failure.tsx'
import css from './LogView.module.css'
import { Panel } from './Panel.tsx'
import { useFollow } from './useFollow.ts'
import { useLog } from './useLog.ts'

type Props = {
  source: string
  /** Reads stored lines; must stay the same function between renders. */
  readPage: Parameters<typeof openLog>[1]
  /** What stands there while there is nothing. */
  empty: string
  /** Whether more is to come: then it has its full height from the start, and nothing moves as it fills. */
  live: boolean
}

/** The log of a test or campaign. Only the lines in sight are in the page, so a hundred thousand are no more work than ten. */
export function LogView({ source, readPage, empty, live }: Props) {
  const [full] = useState(live)
  const { lines, ready, error } = useLog(source, readPage)
  const [wrap, setWrap] = useState(() => window.innerWidth < 720)
  const count = formatNumber(lines.length)
  const aside = (
    <>
      <span>{lines.length === 1 ? '1 line' : `${count} lines`}</span>
      <Checkbox
        size="xs"
        label="Wrap"
        classNames={{ root: css.wrap ?? '', label: css.wrapLabel ?? '' }}
        checked={wrap}
        onChange={(event) => setWrap(event.currentTarget.checked)}
      />
    </>
  )
  return (
    <Panel title="Log" aside={aside} flush>
      {error !== undefined && <Failure error={error} />}
      {/* A new list for a new way of laying out: measured heights of the other are of no use. */}
      <LogList key={String(wrap)} lines={lines} wrap={wrap} full={full} empty={ready ? empty : 'Loading…'} />
    </Panel>
  )
}

type ListProps = { lines: LogLine[]; wrap: boolean; full: boolean; empty: string }

function LogList({ lines, wrap, full, empty }: ListProps) {
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
  const { following, toEnd } = useFollow(box, total)
  const items = virtual.getVirtualItems()
  return (
    <div className={css.frame}>
      <section
        ref={box}
        className={css.box}
        data-wrap={wrap || undefined}
        data-full={full || undefined}
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
                ref={wrap ? virtual.measureElement : null}
                className={css.line}
              >
                <Line line={lines[index]} />
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

function Line({ line }: { line: LogLine | undefined }) {
  if (!line) return null
  return (
    <>
      <time className={css.time} dateTime={line.created_at}>
        {clockTime(Date.parse(line.created_at))}
      </time>
      <span className={css.text}>{plainText(line.line)}</span>
    </>
  )
}

import { Button, Checkbox } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { formatNumber } from '../lib/format.ts'
import { plainText } from '../lib/plain-text.ts'
import { clockTime } from '../lib/time.ts'
import { closeLog, LogBuffer, type LogLine, openLog } from '../live/log-store.ts'
import { Failure } from './Failure.tsx'
import css from './LogView.module.css'
import { Panel } from './Panel.tsx'
import { useFollow } from './useFollow.ts'

type Props = {
  source: string
  /** Reads stored lines. Must be the same function in every render. */
  readPage: Parameters<typeof openLog>[1]
  /** The text shown without lines. */
  empty: string
  /** Whether more lines will come: then it has its full height from the start. */
  live: boolean
}

/** The log of a test or campaign. Only visible lines are rendered, so that 100,000 lines scroll smoothly. */
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
      {/* Wrapping changes the measured heights, so the list is mounted again. */}
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

type ReadPage = Parameters<typeof openLog>[1]
const EMPTY = new LogBuffer()

/** The log of a source while it is shown: stored lines, then new ones. */
function useLog(source: string, readPage: ReadPage) {
  const [opened, setOpened] = useState<{ buffer: LogBuffer; ready: boolean; error: unknown }>()
  useEffect(() => {
    const { buffer, ready } = openLog(source, readPage)
    setOpened({ buffer, ready: false, error: undefined })
    const settle = (error: unknown) =>
      setOpened((now) => (now?.buffer === buffer ? { buffer, ready: true, error } : now))
    ready.then(() => settle(undefined), settle)
    return () => closeLog(source, buffer)
  }, [source, readPage])
  const buffer = opened?.buffer ?? EMPTY
  useSyncExternalStore(buffer.subscribe, () => buffer.version)
  return { lines: buffer.lines, version: buffer.version, ready: opened?.ready ?? false, error: opened?.error }
}
